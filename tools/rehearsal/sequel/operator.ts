import type { ThingRecord } from "../../../lib/ledger/read";
import type { Act } from "../../quarantine/acts";
import { quarantineCommand } from "../../quarantine/command";
import { readOutputs, type StackOutputs } from "../../quarantine/outputs";
import { must } from "../step";

/** What `show` tells of a thing, as far as the rehearsal asks. */
interface Shown {
  readonly record: ThingRecord | null;
  readonly quarantineFlag: { readonly desired: unknown };
}

/** Surroundings in which the commands have nothing but the sandbox. */
const ALONE = { cwd: ".", project: ".", env: {}, signal: new AbortController().signal };
const silent = { stdout: { write: () => undefined }, stderr: { write: () => undefined } };

/** An operator, who has the commands of `npm run quarantine` and nothing else. */
export class Operator {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** The stack's outputs, as the commands read them. @throws ExpectedError - the sandbox has not deployed it itself. */
  outputs(): Promise<StackOutputs> {
    const where = { stack: undefined, outputs: undefined, sandbox: this.#endpoint };
    return readOutputs(where, { ...ALONE, ...silent });
  }

  /** Everything that is known of a thing. */
  show = (thingName: string): Promise<Shown> => this.#run("show", thingName);

  /** The things in a state. */
  list = (state: string): Promise<readonly ThingRecord[]> => this.#run("list", "--state", state);

  /** Does something with one thing; what came of it, in words. */
  async act(command: "release" | "approve" | "reject", thingName: string, reason: string): Promise<string> {
    const [act] = await this.#run<readonly Act[]>(command, thingName, "--reason", reason);
    return act?.detail ?? "";
  }

  /** Lets alarms wait, or be worked off again. */
  pause = (): Promise<unknown> => this.#run("pause");
  resume = (): Promise<unknown> => this.#run("resume");

  /** Runs the comparison of violations, group and ledger now; how many alarms it queued. */
  async reconcile(): Promise<number> {
    return (await this.#run<{ readonly queued: number }>("reconcile")).queued;
  }

  async #run<Result>(...args: readonly string[]): Promise<Result> {
    let [output, errors] = ["", ""];
    const code = await quarantineCommand().run([...args, "--sandbox", this.#endpoint, "--output", "json"], {
      stdout: { write: (text) => (output += text) },
      stderr: { write: (text) => (errors += text) },
      ...ALONE,
    });
    must(code === 0, `\`npm run quarantine -- ${args.join(" ")}\` ended with ${code}: ${errors || output}`);
    return JSON.parse(output) as Result;
  }
}
