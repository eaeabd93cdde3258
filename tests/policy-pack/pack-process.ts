import { join } from "node:path";
import { PackProcess as Process } from "../../policy-check/pack/pack-process";
import { resourceOf } from "../policy-check/deployed";

const FOLDER = join(__dirname, "..", "..", "policy-pack");

/** What the pack said of a resource. */
export interface Verdict {
  readonly policy: string;
  readonly level: string;
  readonly message: string;
}

/** Our own policy pack as the engine runs it. */
export class PackProcess {
  private constructor(private readonly process: Process) {}

  /** Starts the pack. */
  static async start(): Promise<PackProcess> {
    return new PackProcess(await Process.start({ folder: FOLDER }));
  }

  /** Asks the pack about one resource. */
  async verdicts(type: string, name: string, inputs: Record<string, unknown>): Promise<Verdict[]> {
    const urn = `urn:pulumi:dev::iot-quarantine::${type}::${name}`;
    const diagnostics = await this.process.analyze({ resource: resourceOf({ type, name, urn, inputs }) });
    return diagnostics.map(({ policy, level, message }) => ({ policy, level, message }));
  }

  /** Ends the process and waits for it. */
  stop(): Promise<void> {
    return this.process.stop();
  }
}
