import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ExpectedError } from "../../lib/command/expected-error";

/** A project and a stack as their files describe them. */
export interface StackFiles {
  /** Folder of `Pulumi.yaml`. */
  readonly folder: string;
  /** Name of the project. */
  readonly project: string;
  /** Name of the stack. */
  readonly stack: string;
  /** Entry of the program, relative to the folder. */
  readonly main: string;
  /** Whether Pulumi loads the program's TypeScript; where not, its entry does. */
  readonly typescript: boolean;
  /** Every config value as the engine hands it to a program: text, structures as JSON. */
  readonly config: Readonly<Record<string, string>>;
}

/** The project or the stack cannot be read; the message says what to do. */
export class StackFilesError extends ExpectedError {}

interface ProjectFile {
  readonly name?: string;
  readonly main?: string;
  readonly runtime?: { readonly options?: { readonly typescript?: boolean } };
  readonly config?: Readonly<Record<string, { readonly default?: unknown }>>;
}

interface StackFile {
  readonly config?: Readonly<Record<string, unknown>> | null;
}

function readYaml<T>(path: string): T {
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8")) ?? {};
  } catch (cause) {
    throw new StackFilesError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (typeof content === "object" && !Array.isArray(content)) return content as T;
  throw new StackFilesError(`${path} must hold an object; it holds ${JSON.stringify(content).slice(0, 60)}.`);
}

/** The engine hands every config value to the program as text. */
const asText = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));

/** Keys without a namespace belong to the project. */
const qualified = (project: string, key: string) => (key.includes(":") ? key : `${project}:${key}`);

/** Stands for a value that is encrypted. */
const SEALED = "[secret]";

/** Puts a word in place of what is encrypted. Source: Pulumi documentation, "Secrets". */
function unsealed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return SEALED;
  if (Array.isArray(value)) return value.map(unsealed);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unsealed(item)]));
}

/**
 * What a provider keeps secret, such as an external id, no sandbox needs; what the program does, and where the stack is,
 * it has no key for.
 */
function readable(path: string, key: string, value: unknown, isNeeded: boolean): string {
  const text = asText(unsealed(value));
  if (!isNeeded || text === asText(value)) return text;
  throw new StackFilesError(
    `${path}: the value of ${key} is encrypted, and the sandbox has no key for it. Set a plain value in a stack of its own for the sandbox.`,
  );
}

/** Keys of a stack's file. Source: pulumi/pulumi, sdk/go/common/workspace/project.go, `ProjectStack`. */
const STACK_KEYS = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];

/** Pulumi takes a stack's file whatever it holds, and a slip then leaves the stack with the defaults alone. */
function checkKeys(path: string, file: object): void {
  const keys = Object.keys(file);
  const unknown = keys.filter((key) => !STACK_KEYS.includes(key));
  if (unknown.length > 0) {
    throw new StackFilesError(
      `${path} has ${unknown.join(", ")}, which Pulumi does not read: it knows ${STACK_KEYS.join(", ")}. The stack's values stand under config.`,
    );
  }
  if (keys.length === 0) {
    throw new StackFilesError(`${path} is empty. Set config in it, with aws:region at least.`);
  }
}

function stackFileOf(folder: string, stack: string): string {
  const path = join(folder, `Pulumi.${stack}.yaml`);
  if (existsSync(path)) return path;
  const stacks = readdirSync(folder).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  const known = stacks.length > 0 ? `There is: ${stacks.join(", ")}.` : "There is none.";
  throw new StackFilesError(`There is no stack ${stack}: ${path} does not exist. ${known}`);
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` as the engine does: defaults of the project first, then the
 * stack's values.
 *
 * Source: Pulumi documentation, "Pulumi project file reference", "Configuration".
 *
 * @throws StackFilesError - a file is missing, is no YAML, has keys that nobody reads, or holds an encrypted value of the
 * program's.
 */
export function readStackFiles(folder: string, stack: string): StackFiles {
  const projectPath = join(folder, "Pulumi.yaml");
  const project = readYaml<ProjectFile>(projectPath);
  if (!project.name) throw new StackFilesError(`${projectPath} has no name.`);
  const stackPath = stackFileOf(folder, stack);
  const stackFile = readYaml<StackFile>(stackPath);
  checkKeys(stackPath, stackFile);
  const config: Record<string, string> = {};
  for (const [key, declared] of Object.entries(project.config ?? {})) {
    if (declared.default !== undefined) config[qualified(project.name, key)] = asText(declared.default);
  }
  for (const [key, value] of Object.entries(stackFile.config ?? {})) {
    const name = qualified(project.name, key);
    config[name] = readable(
      stackPath,
      key,
      value,
      name === "aws:region" || name.startsWith(`${project.name}:`),
    );
  }
  return {
    folder,
    project: project.name,
    stack,
    main: project.main ?? ".",
    typescript: project.runtime?.options?.typescript ?? true,
    config,
  };
}
