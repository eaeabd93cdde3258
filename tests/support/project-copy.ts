import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

const PROJECT = resolve(__dirname, "..", "..");
const LEFT_OUT = ["node_modules", ".git", "tests", "dist", "coverage"];

/** Copies the project into a temporary folder, which whoever asked removes, with a link to what is installed. */
export function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-copy-"));
  cpSync(PROJECT, folder, {
    recursive: true,
    filter: (source) => !LEFT_OUT.includes(relative(PROJECT, source)),
  });
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  return folder;
}
