import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineEnvironment } from "../../../pulumi-host/cli/pulumi";
import { type StandIns, startStandIns } from "../../../pulumi-host/cli/stand-ins";
import { type EmptySandbox, startEmptySandbox } from "../../sandbox/support/empty-sandbox";
import { withKeptBundles } from "../../support/cheaper-processes";
import { type EngineEvents, readEvents } from "./events";
import { Project } from "./project";

/** Operations of the engine, as opposed to what only looks at or copies the state. */
const OPERATIONS = ["preview", "up", "refresh", "destroy", "import"];

/** Counts an operation for the summary of the run. */
export function countOperation(verb: string): void {
  const file = process.env.ENGINE_OPERATIONS_FILE;
  if (OPERATIONS.includes(verb) && file !== undefined) appendFileSync(file, `${verb}\n`);
}

/** Names of variables that must not reach the engine from whoever runs the tests. */
const FOREIGN = /^(AWS_|PULUMI_|NODE_OPTIONS$|NODE_ENV$|JEST_|IOT_QUARANTINE_)/;

/** How a command ended. */
interface CommandEnd {
  readonly code: number;
  /** What it printed to standard output. */
  readonly output: string;
  /** What it printed, to either stream. */
  readonly text: string;
}

/** How an operation ended. */
export interface EngineRun extends CommandEnd, EngineEvents {
  /** Path of the log of events. */
  readonly log: string;
}

/** What an engine is started with. */
export interface EngineOptions {
  /** A folder of `programs`; absent for the repository's own program. */
  readonly program?: string;
  /** A folder that holds a project already, instead. */
  readonly folder?: string;
  /** Region of the sandbox. */
  readonly region?: string;
  /** Where the providers find AWS, if not in the sandbox itself. */
  readonly endpointOf?: (sandbox: EmptySandbox) => string;
  /** Variables for engine and providers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether each run of the program makes the functions' bundles itself, as it does for a user. */
  readonly bundlesAnew?: boolean;
}

/** What a run is told. */
export interface RunOptions {
  readonly stack?: string;
  readonly args?: readonly string[];
}

/** The real engine with a state, a project and a sandbox of its own. */
export class Engine {
  readonly project: Project;
  readonly sandbox: EmptySandbox;
  readonly #state: string;
  readonly #standIns: StandIns;
  readonly #env: NodeJS.ProcessEnv;
  #runs = 0;

  private constructor(parts: {
    project: Project;
    sandbox: EmptySandbox;
    standIns: StandIns;
    env: NodeJS.ProcessEnv;
    endpoint: string;
  }) {
    this.project = parts.project;
    this.sandbox = parts.sandbox;
    this.#standIns = parts.standIns;
    this.#state = mkdtempSync(join(tmpdir(), "iot-quarantine-state-"));
    const settings = { state: this.#state, providers: parts.standIns.address, endpoint: parts.endpoint };
    this.#env = {
      ...engineEnvironment(parts.env, settings),
      // The log of events is behind a switch for those who debug the CLI; the Automation API uses it too.
      PULUMI_DEBUG_COMMANDS: "true",
    };
    // Half of what the CLI itself takes is a compressed log of all that it does, which no variable switches off.
    writeFileSync(join(this.#state, "home", "logs"), "");
  }

  /** Starts a sandbox and the providers. */
  static async start(options: EngineOptions = {}): Promise<Engine> {
    const { program, folder, region, endpointOf, env = {}, bundlesAnew = false } = options;
    const sandbox = await startEmptySandbox(region);
    const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
    const kept = bundlesAnew ? {} : withKeptBundles();
    const whole = { ...Object.fromEntries(inherited), ...kept, ...env };
    const endpoint = endpointOf?.(sandbox) ?? sandbox.endpoint;
    const standIns = await startStandIns(endpoint, env);
    const project = folder === undefined ? Project.copy(program) : Project.in(folder);
    return new Engine({ project, sandbox, standIns, env: whole, endpoint });
  }

  /** Makes a stack. */
  async init(stack: string): Promise<void> {
    const { code, text } = await this.pulumi(["stack", "init", stack, "--no-select"]);
    if (code !== 0) throw new Error(text);
  }

  /** Runs an operation; its end is the caller's to judge. */
  async run(verb: string, { stack = "dev", args = [] }: RunOptions = {}): Promise<EngineRun> {
    const log = join(this.#state, `events-${this.#runs++}.json`);
    writeFileSync(log, "");
    const yes = verb === "preview" ? [] : ["--yes"];
    const ended = await this.pulumi([verb, "--stack", stack, "--event-log", log, ...yes, ...args]);
    return { ...ended, ...readEvents(log), log };
  }

  /** Runs an operation that must succeed. */
  async succeed(verb: string, options: RunOptions = {}): Promise<EngineRun> {
    const run = await this.run(verb, options);
    if (run.code !== 0) throw new Error(`pulumi ${verb} ended with exit code ${run.code}:\n${run.text}`);
    return run;
  }

  /** Updates without the preview before. */
  apply = (options: RunOptions = {}): Promise<EngineRun> =>
    this.succeed("up", { ...options, args: ["--skip-preview", ...(options.args ?? [])] });

  /** A stack's outputs. */
  async outputs<T>(stack = "dev"): Promise<T> {
    const { output } = await this.pulumi(["stack", "output", "--json", "--stack", stack]);
    return JSON.parse(output) as T;
  }

  /** A stack's state, as text. */
  async export(stack = "dev"): Promise<string> {
    return (await this.pulumi(["stack", "export", "--stack", stack])).output;
  }

  /** Gives a stack another state. */
  async import(stack: string, state: string): Promise<void> {
    const file = join(this.#state, `import-${this.#runs++}.json`);
    writeFileSync(file, state);
    const { code, text } = await this.pulumi(["stack", "import", "--stack", stack, "--file", file]);
    if (code !== 0) throw new Error(text);
  }

  /** Every file that was written, state, events and config, with its content. */
  written(): ReadonlyMap<string, string> {
    const files = [this.#state, this.project.folder].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    return new Map(files.map((file) => [file, readFileSync(file, "utf8")]));
  }

  /** Runs any command of the CLI. */
  async pulumi(args: readonly string[]): Promise<CommandEnd> {
    countOperation(args[0] ?? "");
    const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.project.folder,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [output, text] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      text += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? -1, output, text };
  }

  /** Stops everything and removes what was written. */
  async stop(): Promise<void> {
    this.#standIns.stop();
    await this.sandbox.stop();
    for (const folder of [this.#state, this.project.folder]) rmSync(folder, { recursive: true, force: true });
  }
}
