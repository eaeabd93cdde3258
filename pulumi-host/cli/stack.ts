import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStackFiles } from "../program/stack-files";
import { SetUpError } from "./set-up-error";

/** A stack that the engine is to work on. */
export interface StackRequest {
  /** Folder of the program. */
  readonly folder: string;
  readonly stack: string;
  /** Folder of the state, absolute. */
  readonly state: string;
  /** Whether it is to be destroyed, which needs no file of it. */
  readonly destroys: boolean;
}

/** What a stack's file keeps of its secrets' key, which belongs to the user's own backend; with continued lines. */
const KEY_OF_SECRETS = /^(?:encryptionsalt|encryptedkey|secretsprovider):.*\n?(?:[ \t]+.*\n?)*/gm;

/** Folder of the copies of the project's files. */
const copiesIn = (state: string): string => join(state, "project");

/** Copies the text: the engine reads YAML by older rules than ours, and would take a value written anew for another. */
const copyConfig = (from: string, to: string): void =>
  writeFileSync(to, readFileSync(from, "utf8").replaceAll(KEY_OF_SECRETS, ""));

function makeStack({ stack, state, destroys }: StackRequest, env: NodeJS.ProcessEnv): void {
  const options = { cwd: copiesIn(state), env, encoding: "utf8" } as const;
  if (spawnSync("pulumi", ["stack", "--stack", stack, "--show-name"], options).status === 0) return;
  if (destroys) throw new SetUpError(`There is no stack ${stack} in ${state}: nothing is to be destroyed.`);
  const { status, stderr } = spawnSync("pulumi", ["stack", "init", stack, "--no-select"], options);
  if (status !== 0) throw new SetUpError(`The stack ${stack} cannot be made: ${stderr.trim()}`);
}

/**
 * Makes the stack unless there is one, and a copy of its config: the engine writes into it what must not land in
 * the user's own.
 *
 * @returns Path of the copy.
 * @throws StackFilesError - the stack has no file, or one that the sandbox cannot use.
 * @throws SetUpError - there is nothing to destroy, or the engine does not make the stack.
 */
export function prepareStack(request: StackRequest, env: NodeJS.ProcessEnv): string {
  const { folder, stack, state, destroys } = request;
  if (!destroys) readStackFiles(folder, stack);
  const copies = copiesIn(state);
  mkdirSync(copies, { recursive: true });
  copyFileSync(join(folder, "Pulumi.yaml"), join(copies, "Pulumi.yaml"));
  makeStack(request, env);
  const file = `Pulumi.${stack}.yaml`;
  const [own, copy] = [join(folder, file), join(copies, file)];
  if (existsSync(own)) copyConfig(own, copy);
  return copy;
}

/** Remembers which sandbox a stack's state tells of: the state is kept on disk, what it tells of is not. */
export class LastSandbox {
  readonly #file: string;

  constructor({ stack, state }: Pick<StackRequest, "stack" | "state">) {
    this.#file = join(copiesIn(state), `${stack}.sandbox`);
  }

  /** Whether the state tells of another sandbox than this. */
  isOther(sandbox: string): boolean {
    return existsSync(this.#file) && readFileSync(this.#file, "utf8") !== sandbox;
  }

  /** Notes that the state tells of this sandbox. */
  note(sandbox: string): void {
    writeFileSync(this.#file, sandbox);
  }
}
