import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Environment } from "../../../environment";
import { closed } from "../errors";
import { makeFolder } from "./confinement";
import { ExecutionEnvironment, type ExecutionSpec } from "./execution-environment";
import type { InvocationResult } from "./outcome";

/** The most processes of one function, whatever its concurrency: the rest waits. */
const MAX_PROCESSES = 10;

/** What a pool runs. */
export interface PoolOptions {
  /** Files of the archive, by path with `/`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What each new environment is made of; asked each time, for credentials are issued anew. */
  readonly specOf: (taskRoot: string) => ExecutionSpec;
  /** How many invocations may run at once, now. */
  readonly limit: () => number;
}

/** The execution environments of one state of a function: warm ones are used again, one call at a time. */
export class FunctionPool {
  readonly #env: Environment;
  readonly #options: PoolOptions;
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #runs = new Set<Promise<InvocationResult>>();
  #idle: ExecutionEnvironment[] = [];
  #waiting: (() => void)[] = [];
  #running = 0;
  #isRetired = false;
  #isKilled = false;
  #taskRoot: string | undefined;

  constructor(env: Environment, options: PoolOptions) {
    this.#env = env;
    this.#options = options;
  }

  /** Invocations that run or wait. */
  get load(): number {
    return this.#runs.size;
  }

  /**
   * Runs one invocation, in a warm environment if there is one, and after others if it has to wait.
   *
   * @throws AwsError - `ServiceException` when the pool is killed while it waits.
   */
  run(requestId: string, payload: string): Promise<InvocationResult> {
    const run = this.#run(requestId, payload);
    this.#runs.add(run);
    const forget = () => this.#runs.delete(run);
    run.then(forget, forget);
    return run;
  }

  /** Ends idle environments now and each busy one after its invocation. Resolves when all are gone. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    const idle = this.#idle;
    this.#idle = [];
    await Promise.all(idle.map((environment) => this.#end(environment)));
    await Promise.allSettled(this.#runs);
    if (this.#taskRoot !== undefined) rmSync(this.#taskRoot, { recursive: true, force: true });
    this.#taskRoot = undefined;
  }

  /** Ends every environment now; what runs in one answers that it was killed. Resolves when all are gone. */
  async kill(): Promise<void> {
    this.#isKilled = true;
    await Promise.all([this.retire(), ...[...this.#all].map((environment) => this.#end(environment))]);
  }

  async #run(requestId: string, payload: string): Promise<InvocationResult> {
    await this.#enter();
    try {
      if (this.#isKilled) throw closed();
      const environment = this.#idle.pop() ?? this.#start();
      try {
        return await environment.invoke(requestId, payload);
      } finally {
        await this.#giveBack(environment);
      }
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running >= Math.min(this.#options.limit(), MAX_PROCESSES)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return;
    }
    this.#running++;
  }

  /** Hands the place to the first that waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }

  #start(): ExecutionEnvironment {
    this.#taskRoot ??= unpack(this.#options.files);
    const environment = new ExecutionEnvironment(this.#env, this.#options.specOf(this.#taskRoot));
    this.#all.add(environment);
    return environment;
  }

  async #giveBack(environment: ExecutionEnvironment): Promise<void> {
    if (environment.isAlive && !this.#isRetired) this.#idle.push(environment);
    else await this.#end(environment);
  }

  async #end(environment: ExecutionEnvironment): Promise<void> {
    await environment.kill();
    this.#all.delete(environment);
  }
}

/** Writes an archive's files into a fresh folder. */
function unpack(files: ReadonlyMap<string, Uint8Array>): string {
  const root = makeFolder();
  for (const [path, content] of files) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return root;
}
