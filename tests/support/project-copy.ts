import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

const PROJECT = resolve(__dirname, "..", "..");
const LEFT_OUT = ["node_modules", ".git", "tests", "dist", "coverage", ".pulumi-sandbox"];

/** Copies a project, this one unless told, into a temporary folder, which whoever asked removes, without packages. */
export function copySources(project = PROJECT): string {
  const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-copy-"));
  cpSync(project, folder, {
    recursive: true,
    filter: (source) => !LEFT_OUT.includes(relative(project, source)),
  });
  return folder;
}

/** Copies a project as `copySources` does, with a link to what is installed. */
export function copyProject(project = PROJECT): string {
  const folder = copySources(project);
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  return folder;
}
