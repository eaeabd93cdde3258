import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  type AnalyzeResponse,
  AnalyzerResourceOptions,
  EnforcementLevel,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

const FOLDER = join(__dirname, "..", "..", "policy-pack");

const LEVELS = new Map<EnforcementLevel, "advisory" | "mandatory">([
  [EnforcementLevel.ADVISORY, "advisory"],
  [EnforcementLevel.MANDATORY, "mandatory"],
]);

/** What stands for a string that a preview cannot know yet: Pulumi's own sentinel. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What the pack said of a resource. */
export interface Verdict {
  readonly policy: string;
  readonly level: "advisory" | "mandatory" | "other";
  readonly message: string;
}

/** The policy pack as the engine runs it: a process of its own, asked over gRPC. */
export class PackProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  /** Starts the pack; its first line on standard output is its port. */
  static async start(): Promise<PackProcess> {
    const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const child = spawn(process.execPath, [runner, "127.0.0.1:1", "."], {
      cwd: FOLDER,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout });
    const first = await Promise.race([once(lines, "line"), once(child, "exit")]);
    const port = String(first[0]);
    return new PackProcess(child, new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()));
  }

  /** Asks the pack about one resource. */
  async verdicts(type: string, name: string, properties: Record<string, unknown>): Promise<Verdict[]> {
    const request = new AnalyzeRequest();
    request.setType(type);
    request.setName(name);
    request.setUrn(`urn:pulumi:dev::iot-quarantine::${type}::${name}`);
    request.setProperties(Struct.fromJavaScript(properties as never));
    request.setOptions(new AnalyzerResourceOptions());
    const response = await new Promise<AnalyzeResponse>((resolve, reject) => {
      this.client.analyze(request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
    return response.getDiagnosticsList().map((diagnostic) => ({
      policy: diagnostic.getPolicyname(),
      level: LEVELS.get(diagnostic.getEnforcementlevel()) ?? "other",
      message: diagnostic.getMessage(),
    }));
  }

  /** Ends the process and waits for it. */
  async stop(): Promise<void> {
    this.client.close();
    const gone = once(this.child, "exit");
    this.child.kill();
    await gone;
  }
}
