import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  type AnalyzeResponse,
  ConfigureAnalyzerRequest,
  PolicyConfig as PolicyConfigMessage,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ExpectedError } from "../../../lib/command/expected-error";
import { cleanEnvironment, tailOf } from "../../../lib/process/child";
import { toStruct } from "../../../pulumi-host/resources/property-values";
import { type Level, levelMessage, levelOf, type PackConfig, type PackInfo, packInfoOf } from "./pack-info";
import { analyzeRequest, analyzeStackRequest, type JudgedResource } from "./requests";

/** A pack cannot be run; the message says which and why. */
export class PackError extends ExpectedError {}

/** What a pack says of a resource or of the stack. */
export interface Diagnostic {
  readonly policy: string;
  readonly level: Level;
  /** The policy's description, a line break and what is wrong; or what is wrong alone. */
  readonly message: string;
  /** URN of the resource; empty for the one that was asked about, or for the whole stack. */
  readonly urn: string;
}

/** How a pack is started. */
export interface PackSettings {
  /** Folder with its `PulumiPolicy.yaml`. */
  readonly folder: string;
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends the process. */
  readonly signal?: AbortSignal;
}

const RUNNER = "@pulumi/pulumi/cmd/run-policy-pack";
/** The pack is given an address of the engine, to which it has nothing to say. */
const NO_ENGINE = "127.0.0.1:1";

type PackChild = ChildProcessByStdio<null, Readable, Readable>;
type Callback<Response> = (error: ServiceError | null, response: Response) => void;

const reasonIn = (errorOutput: string) => errorOutput.trim() || "it printed no reason.";

/** The pack's first line is its port. Source: Pulumi documentation, "Pulumi plugins", "Plugin execution". */
async function portOf(child: PackChild, folder: string, errorOutput: () => string): Promise<number> {
  const closed = once(child, "close").then(() => undefined);
  const first = await Promise.race([once(createInterface({ input: child.stdout }), "line"), closed]);
  if (first === undefined) {
    throw new PackError(`The policy pack in ${folder} could not be loaded: ${reasonIn(errorOutput())}`);
  }
  const line = String(first[0]);
  if (/^\d+$/.test(line)) return Number(line);
  throw new PackError(
    `The policy pack in ${folder} printed "${line}" where its port is read: it must not print while it loads.`,
  );
}

function diagnosticsOf(response: AnalyzeResponse): Diagnostic[] {
  return response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    level: levelOf(diagnostic.getEnforcementlevel()),
    message: diagnostic.getMessage(),
    urn: diagnostic.getUrn(),
  }));
}

/** A policy pack as the engine runs it: a process of its own, asked over gRPC. */
export class PackProcess {
  readonly #folder: string;
  readonly #child: PackChild;
  readonly #closed: Promise<unknown>;
  readonly #errorOutput: () => string;
  #client: AnalyzerClient | undefined;

  private constructor({ folder, environment, signal }: PackSettings) {
    this.#folder = folder;
    // Where the pack brings an SDK of its own, the engine takes that one.
    const runner = require.resolve(RUNNER, { paths: [folder, __dirname] });
    this.#child = spawn(process.execPath, [runner, NO_ENGINE, "."], {
      cwd: folder,
      env: { ...cleanEnvironment(), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#closed = once(this.#child, "close");
    this.#errorOutput = tailOf(this.#child.stderr);
    signal?.addEventListener("abort", () => this.#child.kill("SIGKILL"), { once: true });
    if (signal?.aborted) this.#child.kill("SIGKILL");
  }

  /**
   * Starts the pack.
   *
   * @throws PackError - there is none, or it does not load.
   */
  static async start(settings: PackSettings): Promise<PackProcess> {
    const { folder } = settings;
    if (!existsSync(join(folder, "PulumiPolicy.yaml"))) {
      throw new PackError(`There is no policy pack in ${folder}: it has no PulumiPolicy.yaml.`);
    }
    const pack = new PackProcess(settings);
    try {
      const port = await portOf(pack.#child, folder, pack.#errorOutput);
      pack.#client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
      return pack;
    } catch (error) {
      await pack.stop();
      throw error;
    }
  }

  /** What the pack says of itself. @throws PackError */
  async info(): Promise<PackInfo> {
    return packInfoOf(await this.#ask((client, callback) => client.getAnalyzerInfo(new Empty(), callback)));
  }

  /** Sets level and properties of each policy. @throws PackError */
  async configure(config: PackConfig): Promise<void> {
    const request = new ConfigureAnalyzerRequest();
    for (const [name, { level, properties }] of Object.entries(config)) {
      const message = new PolicyConfigMessage().setProperties(toStruct({ ...properties }));
      if (level !== undefined) message.setEnforcementlevel(levelMessage(level));
      request.getPolicyconfigMap().set(name, message);
    }
    await this.#ask((client, callback) => client.configure(request, callback));
  }

  /** Asks about one resource by its inputs. @throws PackError - a policy itself is at fault. */
  async analyze(resource: JudgedResource): Promise<Diagnostic[]> {
    const request = analyzeRequest(resource);
    return diagnosticsOf(await this.#ask((client, callback) => client.analyze(request, callback)));
  }

  /** Asks about all resources by their outputs. @throws PackError - a policy itself is at fault. */
  async analyzeStack(resources: readonly JudgedResource[]): Promise<Diagnostic[]> {
    const request = analyzeStackRequest(resources);
    return diagnosticsOf(await this.#ask((client, callback) => client.analyzeStack(request, callback)));
  }

  /** Ends the process and waits for it. */
  async stop(): Promise<void> {
    this.#client?.close();
    this.#child.kill("SIGKILL");
    await this.#closed;
  }

  async #ask<Response>(
    send: (client: AnalyzerClient, callback: Callback<Response>) => unknown,
  ): Promise<Response> {
    const client = this.#client;
    if (!client) throw new Error("The pack has not been started.");
    try {
      return await new Promise<Response>((resolve, reject) => {
        send(client, (error, response) => (error ? reject(error) : resolve(response)));
      });
    } catch (cause) {
      const { code, details } = cause as ServiceError;
      const reason = code === status.UNAVAILABLE ? reasonIn(this.#errorOutput()) : details;
      throw new PackError(`The policy pack in ${this.#folder} failed: ${reason}`, { cause });
    }
  }
}
