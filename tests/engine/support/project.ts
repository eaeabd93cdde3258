import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stringify } from "yaml";

const REPOSITORY = resolve(__dirname, "../../..");

/** What a deployment needs of the repository. */
const PARTS = [
  ...["main.js", "index.ts", "Pulumi.yaml", "Pulumi.dev.yaml", "package.json", "tsconfig.json"],
  ...["infra", "functions", "detect", "iot-policy", "iam-policy", "policy-pack"],
];

/** A copy of a project, which the engine may write into. */
export class Project {
  readonly folder: string;

  /** Copies a project: this repository's program, or one of the folder `programs`. */
  constructor(program?: string) {
    this.folder = mkdtempSync(join(tmpdir(), "iot-quarantine-engine-"));
    if (program === undefined) {
      for (const part of PARTS) cpSync(join(REPOSITORY, part), join(this.folder, part), { recursive: true });
    } else {
      cpSync(resolve(__dirname, "../programs", program), this.folder, { recursive: true });
    }
    symlinkSync(join(REPOSITORY, "node_modules"), join(this.folder, "node_modules"));
  }

  /** Writes a stack's config: what is given, over the region. */
  configure(stack: string, config: Readonly<Record<string, unknown>>): void {
    const text = stringify({ config: { "aws:region": "us-east-1", ...config } });
    writeFileSync(join(this.folder, `Pulumi.${stack}.yaml`), text);
  }

  /** Changes a source file; what is to be changed must stand in it once. */
  edit(file: string, from: string | RegExp, to: string): void {
    const path = join(this.folder, file);
    const text = readFileSync(path, "utf8");
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`${file} holds ${String(from)} ${parts.length - 1} times.`);
    writeFileSync(path, parts.join(to));
  }
}
