import { parseArgs } from "node:util";
import { sandboxEndpoint } from "../../pulumi-host/provider/serve";
import { ArgumentsError, stackNameFault } from "./options";

/** Commands of the engine that run against the sandbox. */
const VERBS = ["up", "preview", "destroy"] as const;

/** What a command was asked for. */
export interface EngineArguments {
  readonly verb: (typeof VERBS)[number];
  /** Name of the stack, from `Pulumi.<name>.yaml`. */
  readonly stack: string;
  /** Base URL of the running sandbox. */
  readonly endpoint: string;
  /** Folder of the state, relative to the program. */
  readonly state: string;
  /** What is handed on to `pulumi`. */
  readonly rest: readonly string[];
  readonly help: boolean;
}

/** Help of the commands. */
export const ENGINE_HELP = `Usage: npm run sandbox:up -- [options] [-- arguments of pulumi]
       npm run sandbox:preview -- [options] [-- arguments of pulumi]
       npm run sandbox:destroy -- [options] [-- arguments of pulumi]

Runs the real Pulumi engine, policy pack in front, against a running sandbox instead of AWS. Start one before, in
another terminal: npm run sandbox -- --no-deploy

  --stack <name>     stack, from Pulumi.<name>.yaml (default dev)
  --endpoint <url>   the sandbox (default: IOT_QUARANTINE_SANDBOX_ENDPOINT, else http://127.0.0.1:4566)
  --state <folder>   where the state is kept (default .pulumi-sandbox)
  --help             print this

A sandbox keeps nothing: where the state is of an earlier one, it is refreshed from the running one first.

Exit code 0 when pulumi succeeds, 1 when it does not, 2 when it could not run.
`;

/**
 * Reads the command line.
 *
 * @throws ArgumentsError - an unknown command or option, or a sandbox that is not on loopback.
 */
export function engineArguments(args: readonly string[], env: NodeJS.ProcessEnv): EngineArguments {
  const bar = args.indexOf("--");
  const own = bar < 0 ? args : args.slice(0, bar);
  try {
    const { values, positionals } = parseArgs({
      args: [...own],
      allowPositionals: true,
      options: {
        stack: { type: "string", default: "dev" },
        endpoint: { type: "string", default: env.IOT_QUARANTINE_SANDBOX_ENDPOINT ?? "http://127.0.0.1:4566" },
        state: { type: "string", default: ".pulumi-sandbox" },
        help: { type: "boolean", default: false },
      },
    });
    const verb = VERBS.find((known) => known === positionals[0]);
    if (verb === undefined || positionals.length > 1) {
      throw new Error(`Give one command of ${VERBS.join(", ")}; it is "${positionals.join(" ")}".`);
    }
    const misnamed = stackNameFault(values.stack);
    if (misnamed !== undefined) throw new Error(misnamed);
    if (values.state === "") throw new Error("Set --state to a folder; it is empty.");
    const endpoint = sandboxEndpoint(values.endpoint, "--endpoint or IOT_QUARANTINE_SANDBOX_ENDPOINT");
    return { verb, ...values, endpoint, rest: bar < 0 ? [] : args.slice(bar + 1) };
  } catch (cause) {
    throw new ArgumentsError(`${(cause as Error).message} Try --help.`, { cause });
  }
}
