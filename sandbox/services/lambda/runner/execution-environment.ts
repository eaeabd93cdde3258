import { randomBytes } from "node:crypto";
import type { Environment } from "../../../environment";
import type { LogLine } from "../../logs/store";
import { makeOwnFolders, type OwnFolders } from "./confinement";
import { errorOf, type InvocationResult } from "./outcome";
import { RuntimeProcess } from "./runtime-process";
import { runtimeVariables, type VariablesInput } from "./variables";

/** What an execution environment is made of. */
export interface ExecutionSpec extends Omit<VariablesInput, "logStream" | "home" | "tmp"> {
  /** ARN of the function. */
  readonly functionArn: string;
  /** Wall milliseconds that an invocation may take. */
  readonly timeoutMs: number;
  /** Takes the lines of one invocation, Lambda's own included, when it has ended. */
  readonly log: (stream: string, lines: LogLine[]) => void;
}

const MIB = 1024 * 1024;

/**
 * One execution environment: a process of the function with a log stream of its own, which runs one
 * invocation at a time and writes the lines that Lambda writes around it.
 *
 * Source: AWS Lambda Developer Guide, "Log and monitor Node.js Lambda functions", section on START, END and
 * REPORT lines.
 */
export class ExecutionEnvironment {
  readonly #env: Environment;
  readonly #spec: ExecutionSpec;
  readonly #logStream: string;
  readonly #folders: OwnFolders = makeOwnFolders();
  readonly #process: RuntimeProcess;
  readonly #startedAt = performance.now();
  #lines: LogLine[] = [];
  #isCold = true;

  constructor(env: Environment, spec: ExecutionSpec) {
    this.#env = env;
    this.#spec = spec;
    const day = env.clock.date().toISOString().slice(0, 10).replaceAll("-", "/");
    this.#logStream = `${day}/[$LATEST]${randomBytes(16).toString("hex")}`;
    const folders = this.#folders;
    const variables = runtimeVariables(env, { ...spec, ...folders, logStream: this.#logStream });
    const { taskRoot, memoryMib } = spec;
    this.#process = new RuntimeProcess(
      { taskRoot, folders, memoryMib, variables, virtualNow: env.clock.now() },
      (message) => this.#write(message),
    );
  }

  /** Whether it can be invoked (again). */
  get isAlive(): boolean {
    return this.#process.isAlive;
  }

  /** Runs one invocation; a failure of any kind is an answer too. */
  async invoke(requestId: string, payload: string): Promise<InvocationResult> {
    const { functionArn, timeoutMs } = this.#spec;
    await this.#process.loaded();
    const initMs = performance.now() - this.#startedAt;
    this.#write(`START RequestId: ${requestId} Version: $LATEST`);
    const begun = performance.now();
    const virtualNow = this.#env.clock.now();
    const outcome = await this.#process.invoke({ requestId, functionArn, payload, timeoutMs, virtualNow });
    const tookMs = performance.now() - begun;
    const error = errorOf(outcome, requestId, timeoutMs);
    if (error && outcome.kind !== "error") this.#write(`${this.#now()} ${error.errorMessage}`);
    this.#write(`END RequestId: ${requestId}`);
    const memory = "memoryBytes" in outcome ? Math.ceil(outcome.memoryBytes / MIB) : this.#spec.memoryMib;
    this.#write(this.#report(requestId, tookMs, memory, this.#isCold ? initMs : undefined));
    this.#isCold = false;
    const logLines = this.#flush();
    if (error) return { payload: JSON.stringify(error), functionError: "Unhandled", logLines };
    return { payload: outcome.kind === "result" ? outcome.payload : "null", logLines };
  }

  /** Ends the process and removes its folders; resolves when they are gone. */
  async kill(): Promise<void> {
    await this.#process.kill();
    // A function may have shut a folder of its own even to its user; its end is none the less one.
    await this.#folders.remove().catch((error: Error) => this.#env.log(`lambda: ${error.message}`));
  }

  #now(): string {
    return this.#env.clock.date().toISOString();
  }

  #report(requestId: string, tookMs: number, usedMib: number, initMs: number | undefined): string {
    return [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${tookMs.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(tookMs)} ms`,
      `Memory Size: ${this.#spec.memoryMib} MB`,
      `Max Memory Used: ${usedMib} MB`,
      ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ].join("\t");
  }

  /** Stamped with the clock's time: while it stands still, the order of lines is theirs alone. */
  #write(message: string): void {
    this.#lines.push({ timestamp: this.#env.clock.now(), message });
  }

  #flush(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#spec.log(this.#logStream, lines);
    return lines.map((line) => line.message);
  }
}
