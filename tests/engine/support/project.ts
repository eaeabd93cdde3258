import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { copyProject } from "../../support/project-copy";

/** A copy of a project, which the engine may write into. */
export class Project {
  readonly folder: string;

  /** Takes a folder that holds a project already. */
  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Copies a project: this repository's program, or one of the folder `programs`. */
  static copy(program?: string): Project {
    return new Project(
      copyProject(program === undefined ? undefined : resolve(__dirname, "../programs", program)),
    );
  }

  /** A project whose folder the test has made; it is removed with the engine. */
  static in(folder: string): Project {
    return new Project(folder);
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
