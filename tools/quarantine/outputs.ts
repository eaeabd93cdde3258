import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { Io } from "../../lib/command/command";
import { ExpectedError } from "../../lib/command/expected-error";
import { isObject } from "../../lib/json";
import { parseResponseTable, type ResponseTable } from "../../lib/responses/response-table";

/** Outputs of the stack that the commands need. */
const NAMES = [
  ...["quarantineGroupName", "restrictivePolicyName", "ledgerTableName", "alertTopicArn"],
  ...["alarmsQueueUrl", "alarmsDeadLetterQueueUrl", "alarmsMappingId", "iotDataEndpoint"],
  ...["notificationTopicArn", "reconcileFunctionName", "quarantineGroupArn"],
] as const;

/** What is known of a stack. */
export type StackOutputs = Readonly<Record<(typeof NAMES)[number], string>> & {
  /** What the deployed function decides by: the table that lies in its archive. */
  readonly responses: ResponseTable;
};

/** Where the outputs come from. */
export interface Whereabouts {
  readonly stack: string | undefined;
  readonly outputs: string | undefined;
  readonly sandbox: string | undefined;
}

function readText(file: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, file), "utf8");
  } catch (cause) {
    throw new ExpectedError(`--outputs ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function outputsOf({ stack, outputs, sandbox }: Whereabouts, io: Io): Promise<string> {
  if (outputs !== undefined) return readText(outputs, io);
  if (sandbox !== undefined) {
    const answer = await fetch(`${sandbox}/_sandbox/outputs`, { signal: io.signal }).catch(() => undefined);
    if (answer?.ok) return answer.text();
    throw new ExpectedError(`No sandbox answers at ${sandbox}: start one with \`npm run sandbox\`.`);
  }
  if (stack === undefined) {
    throw new ExpectedError("Say which stack: set --stack, --outputs (a file of its outputs) or --sandbox.");
  }
  const args = ["stack", "output", "--json", "--stack", stack];
  const { stdout } = await promisify(execFile)("pulumi", args, {
    ...{ cwd: io.project, env: io.env, signal: io.signal },
  }).catch((cause: Error) => {
    throw new ExpectedError(`\`pulumi ${args.join(" ")}\` failed: ${cause.message}`, { cause });
  });
  return stdout;
}

function tableOf(responses: unknown): ResponseTable {
  try {
    return parseResponseTable(JSON.stringify(responses));
  } catch (cause) {
    throw new ExpectedError(`The stack's output responses: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Reads the outputs of a stack: from a file, from a sandbox that has deployed it, or by the Pulumi CLI.
 *
 * @throws ExpectedError - names all that are missing, and what to do.
 */
export async function readOutputs(where: Whereabouts, io: Io): Promise<StackOutputs> {
  const text = await outputsOf(where, io);
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new ExpectedError("The stack's outputs are no JSON: take those of `pulumi stack output --json`.", {
      cause,
    });
  }
  const held = isObject(read) ? read : {};
  if (where.outputs === undefined && where.sandbox !== undefined && Object.keys(held).length === 0) {
    throw new ExpectedError(
      `The sandbox at ${where.sandbox} has deployed no stack itself: start it without --no-deploy, or give it the outputs of what \`npm run sandbox:up\` deployed by --outputs (sandbox/README.md).`,
    );
  }
  const missing = [
    ...NAMES.filter((name) => typeof held[name] !== "string"),
    ...(isObject(held.responses) ? [] : ["responses"]),
  ];
  if (missing.length > 0) {
    throw new ExpectedError(
      `The stack has no output ${missing.join(", ")}: deploy it by this release first (\`pulumi up\`, or \`npm run sandbox\`).`,
    );
  }
  // Each of the names was seen to be a text.
  return { ...held, responses: tableOf(held.responses) } as unknown as StackOutputs;
}
