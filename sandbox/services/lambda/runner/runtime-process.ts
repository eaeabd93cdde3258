import { type ChildProcess, spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { confinementFlags, type OwnFolders } from "./confinement";

/** What a function's process is started with. */
export interface RuntimeSpec {
  /** Folder of the unpacked archive. */
  readonly taskRoot: string;
  /** Its own folders: all else that it may read, and what it may write. */
  readonly folders: OwnFolders;
  /** All of its environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** Memory of the function, MiB: the most that its heap may take. */
  readonly memoryMib: number;
  /** Virtual time, epoch milliseconds: what `Date` shows while the code is loaded. */
  readonly virtualNow: number;
}

/** One event for a function. */
export interface RuntimeInvocation {
  readonly requestId: string;
  /** ARN that was invoked. */
  readonly functionArn: string;
  /** The event, JSON. */
  readonly payload: string;
  /** Wall milliseconds that the handler may take. */
  readonly timeoutMs: number;
  /** Virtual time, epoch milliseconds. */
  readonly virtualNow: number;
}

/** An error as it stands in an invocation's answer. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** How an invocation ended. Memory is the process's resident set, bytes. */
export type RuntimeOutcome =
  | { readonly kind: "result"; readonly payload: string; readonly memoryBytes: number }
  | { readonly kind: "error"; readonly error: FunctionError; readonly memoryBytes: number }
  | { readonly kind: "timeout" }
  | { readonly kind: "exit"; readonly code: number | null; readonly signal: NodeJS.Signals | null };

type Frame =
  | { readonly type: "log"; readonly message: string }
  | { readonly type: "ready" }
  | { readonly type: "result"; readonly payload: string; readonly memoryBytes: number }
  | {
      readonly type: "error";
      readonly error: FunctionError;
      readonly memoryBytes: number;
      /** The process ends now. */
      readonly isFatal: boolean;
    };

const BOOTSTRAP = join(__dirname, "bootstrap.cjs");
/** Where the sandbox's own AWS SDK is installed, by its real path, for functions whose archive has none. */
const INSTALLATION = join(realpathSync(require.resolve("@aws-sdk/client-iot/package.json")), "../../..");
/** The SDK, and the packages that it is made of. */
const SDK = ["@aws-sdk", "@smithy", "@aws", "bowser", "fflate", "mnemonist", "obliterator", "tslib"];
/** What it needs of the sandbox's own. */
const RUNTIME_FILES = [
  ...[BOOTSTRAP, join(__dirname, "confine.cjs"), join(__dirname, "carry-sdk.cjs")],
  ...SDK.map((name) => join(INSTALLATION, name)),
];
/** How long a function may take to load. Source: AWS Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle". */
const INIT_LIMIT_MS = 10_000;
/** How long output is awaited of a process that has exited, when a child of its own keeps the pipes open. */
const DRAIN_MS = 500;

/** Hands over each line of a stream, without its end. */
function onLines(stream: Readable, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  stream.on("close", () => {
    if (rest !== "") take(rest);
    rest = "";
  });
}

function argumentsOf({ taskRoot, folders: { home, tmp }, memoryMib, virtualNow }: RuntimeSpec): string[] {
  const flags = confinementFlags({ read: [...RUNTIME_FILES, taskRoot, home, tmp], write: [tmp] });
  return [`--max-old-space-size=${memoryMib}`, ...flags, BOOTSTRAP, String(virtualNow)];
}

/**
 * A function's process: a plain Node that runs the bootstrap beside this file, one invocation at a time.
 * It ends when it is killed, when it crashes, and when the sandbox's own process is gone.
 */
export class RuntimeProcess {
  /** Resolves when the process has exited and its output is read. */
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #log: (message: string) => void;
  /** Undefined when the code is loaded, else how that failed. */
  readonly #loaded: Promise<RuntimeOutcome | undefined>;
  #finish: ((outcome: RuntimeOutcome | undefined) => void) | undefined;
  #isAlive = true;

  /** @param log - Takes each line of the function's output. */
  constructor(spec: RuntimeSpec, log: (message: string) => void) {
    this.#log = log;
    this.#child = spawn(process.execPath, argumentsOf(spec), {
      cwd: spec.taskRoot,
      // As one: by NODE_OPTIONS or LD_PRELOAD of its own a function would be let out before it begins.
      env: { SANDBOX_FUNCTION_VARIABLES: JSON.stringify(spec.variables) },
      stdio: ["ignore", "pipe", "pipe", "pipe", "ipc"],
    });
    const [, out, error, frames] = this.#child.stdio as (Readable | null)[];
    // What bypasses the bootstrap: a dying Node, and what the function writes to a descriptor itself.
    if (out) onLines(out, log);
    if (error) onLines(error, log);
    if (frames) onLines(frames, (line) => this.#take(line));
    this.exited = this.#watch();
    this.#loaded = this.#await(INIT_LIMIT_MS);
  }

  /** Whether it can be invoked (again). */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Resolves when the code is loaded or has failed to; the failure is told by `invoke`. */
  async loaded(): Promise<void> {
    await this.#loaded;
  }

  /** Runs one invocation. Afterwards the process can be used again if it `isAlive`. */
  async invoke(invocation: RuntimeInvocation): Promise<RuntimeOutcome> {
    const failure = await this.#loaded;
    if (failure) {
      await this.kill();
      return failure;
    }
    if (!this.#isAlive) return this.#exitOutcome();
    const outcome = this.#await(invocation.timeoutMs);
    // A failure to send is the process's exit, which is told below.
    this.#child.send(invocation, () => undefined);
    const ended = (await outcome) ?? { kind: "timeout" };
    if (ended.kind === "timeout") await this.kill();
    return ended;
  }

  /** Ends the process whatever it does; resolves when it is gone. */
  kill(): Promise<void> {
    this.#isAlive = false;
    this.#child.kill("SIGKILL");
    return this.exited;
  }

  /** Waits for the next end of something, for some wall time. */
  #await(limitMs: number): Promise<RuntimeOutcome | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#finish?.({ kind: "timeout" }), limitMs);
      this.#finish = (outcome) => {
        clearTimeout(timer);
        this.#finish = undefined;
        resolve(outcome);
      };
    });
  }

  #take(line: string): void {
    const frame = parseFrame(line);
    if (!frame) return;
    if (frame.type === "log") {
      this.#log(frame.message);
    } else if (frame.type === "ready") {
      this.#finish?.(undefined);
    } else if (frame.type === "result") {
      this.#finish?.({ kind: "result", payload: frame.payload, memoryBytes: frame.memoryBytes });
    } else {
      if (frame.isFatal) this.#isAlive = false;
      this.#finish?.({ kind: "error", error: frame.error, memoryBytes: frame.memoryBytes });
    }
  }

  #exitOutcome(): RuntimeOutcome {
    return { kind: "exit", code: this.#child.exitCode, signal: this.#child.signalCode };
  }

  #watch(): Promise<void> {
    const child = this.#child;
    return new Promise((resolve) => {
      const gone = () => {
        this.#isAlive = false;
        this.#finish?.(this.#exitOutcome());
        resolve();
      };
      child.once("exit", () => {
        this.#isAlive = false;
        const drain = setTimeout(() => {
          for (const stream of child.stdio) stream?.destroy();
        }, DRAIN_MS);
        child.once("close", () => {
          clearTimeout(drain);
          gone();
        });
      });
      child.once("error", (error) => {
        this.#log(`The runtime could not be started: ${error.message}`);
        if (child.pid === undefined) gone();
      });
    });
  }
}

/** Reads a line of the bootstrap's; a function that writes to its channel by itself is not heard. */
function parseFrame(line: string): Frame | undefined {
  try {
    return JSON.parse(line) as Frame;
  } catch {
    return undefined;
  }
}
