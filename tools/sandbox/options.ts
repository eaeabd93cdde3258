import { parseArgs } from "node:util";

/** What the command `sandbox` was asked for. */
export interface SandboxArguments {
  /** HTTP port; 0 picks a free one. */
  readonly port: number;
  /** MQTT port; 0 picks a free one. */
  readonly mqttPort: number;
  /** Name of the stack that is deployed, and whose region is pretended. */
  readonly stack: string;
  /** Virtual seconds for each wall second; 0 pauses. */
  readonly speed: number;
  /** Whether the stack is deployed at the start. */
  readonly deploy: boolean;
  /** Whether only help was asked for. */
  readonly help: boolean;
}

/** The command line is wrong; the message says how. */
export class ArgumentsError extends Error {}

/** What is wrong with a stack's name, if anything. Source: Pulumi documentation, "Stacks", "Create a stack". */
export const stackNameFault = (name: string): string | undefined =>
  /^[a-zA-Z0-9._-]+$/.test(name) ? undefined : `Set --stack to a stack's name; it is "${name}".`;

/** Help of the command. */
export const SANDBOX_HELP = `Usage: npm run sandbox -- [options]

An embedded AWS IoT on loopback: deploys a stack of this program into itself and serves AWS APIs and MQTT.

  --port <n>        HTTP port of the AWS endpoint; 0 picks a free one (default 4566)
  --mqtt-port <n>   MQTT port; 0 picks a free one (default 1883)
  --stack <name>    stack to deploy, from Pulumi.<name>.yaml (default dev)
  --speed <n>       virtual seconds for each wall second; 0 pauses (default 1)
  --no-deploy       start empty
  --help            print this

Prints one line \`ready {"endpoint", "mqtt", "region", "account"}\` to standard output once it serves;
progress goes to standard error. Ends with 0 on SIGINT, SIGTERM or the death of its parent, with 1 when
a resource of the stack cannot be made, with 2 when it could not run (arguments, config, ports).
`;

const OPTIONS = {
  port: { type: "string", default: "4566" },
  "mqtt-port": { type: "string", default: "1883" },
  stack: { type: "string", default: "dev" },
  speed: { type: "string", default: "1" },
  "no-deploy": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const MAX_PORT = 65_535;
/** Faster than this, the evaluation of windows itself could not keep up. */
const MAX_SPEED = 10_000;

function bounded(faults: string[], option: string, text: string, highest: number, whole: boolean): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const valid = value >= 0 && value <= highest && (!whole || Number.isInteger(value));
  if (!valid) {
    faults.push(
      `Set --${option} to ${whole ? "a whole number" : "a number"} from 0 to ${highest}; it is "${text}".`,
    );
  }
  return value;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new ArgumentsError(`${(cause as Error).message} Try --help.`, { cause });
  }
}

/**
 * Reads the command line.
 *
 * @throws ArgumentsError - with all faults.
 */
export function sandboxArguments(args: readonly string[]): SandboxArguments {
  const values = parse(args);
  const faults: string[] = [];
  const parsed = {
    port: bounded(faults, "port", values.port, MAX_PORT, true),
    mqttPort: bounded(faults, "mqtt-port", values["mqtt-port"], MAX_PORT, true),
    speed: bounded(faults, "speed", values.speed, MAX_SPEED, false),
    stack: values.stack,
    deploy: !values["no-deploy"],
    help: values.help,
  };
  const misnamed = stackNameFault(values.stack);
  if (misnamed !== undefined) faults.push(misnamed);
  if (faults.length > 0) throw new ArgumentsError(faults.join("\n"));
  return parsed;
}
