import { REGISTRY_NAME } from "../aws/names";

/** What a function of the stack may read of its environment: the pattern of each value, and what to set. */
const RULES = {
  QUARANTINE_GROUP_NAME: [REGISTRY_NAME, "the thing group's name: 1 to 128 of a-z A-Z 0-9 : _ -"],
  IOT_DATA_ENDPOINT: [
    /^[a-zA-Z0-9.-]+(:\d{1,5})?$/,
    "the account's iot:Data-ATS endpoint: a host name without a scheme",
  ],
  // Source: AWS IoT API Reference, `CreatePolicy`.
  RESTRICTIVE_POLICY_NAME: [
    /^[\w+=,.@-]{1,128}$/,
    "the restrictive policy's name: 1 to 128 of a-z A-Z 0-9 _ + = , . @ -",
  ],
  // Source: Amazon DynamoDB Developer Guide, "Naming rules".
  LEDGER_TABLE_NAME: [
    /^[a-zA-Z0-9_.-]{3,255}$/,
    "the name of the ledger's table: 3 to 255 of a-z A-Z 0-9 _ . -",
  ],
  ALARMS_QUEUE_URL: [/^https?:\/\/\S+$/, "the URL of the queue of alarms"],
  NOTIFICATION_TOPIC_ARN: [
    /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
    "the ARN of the topic for people",
  ],
  // Source: Pulumi, "Stacks", "Create a stack".
  STACK_NAME: [/^[\w.-]{1,100}$/, "the name of the stack: 1 to 100 of a-z A-Z 0-9 _ . -"],
  // Source of both: AWS Lambda Developer Guide, "Defined runtime environment variables".
  LAMBDA_TASK_ROOT: [/./, "the folder of the function's files, as Lambda does"],
  AWS_LAMBDA_FUNCTION_NAME: [/./, "the function's name, as Lambda does"],
} as const satisfies Record<string, readonly [RegExp, string]>;

/** Name of a variable that a function may read. */
export type Variable = keyof typeof RULES;

/**
 * Reads and checks a function's environment.
 *
 * @param env - `process.env`
 * @param names - the variables that the function needs
 * @throws Error that names every variable that is missing or wrong, and what to set.
 */
export function readVariables<Name extends Variable>(
  env: NodeJS.ProcessEnv,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const faults = names
    .filter((name) => !RULES[name][0].test(env[name] ?? ""))
    .map((name) => `Set ${name} to ${RULES[name][1]}; it is ${JSON.stringify(env[name] ?? null)}.`);
  if (faults.length > 0) throw new Error(faults.join(" "));
  const entries = names.map((name) => [name, env[name] ?? ""] as const);
  // Of the names that were asked for, each of which was checked.
  return Object.fromEntries(entries) as Record<Name, string>;
}

/**
 * The URL of the data plane; none where the SDK is told by `AWS_ENDPOINT_URL` or `AWS_ENDPOINT_URL_IOT_DATA_PLANE`: an
 * endpoint given in code would win over them.
 *
 * Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints" (order of precedence).
 */
export function dataEndpointOf(env: NodeJS.ProcessEnv): { readonly endpoint?: string } {
  // The SDK takes an empty variable for one that is not set.
  const isTold = [env.AWS_ENDPOINT_URL, env.AWS_ENDPOINT_URL_IOT_DATA_PLANE].some(
    (value = "") => value !== "",
  );
  return isTold ? {} : { endpoint: `https://${env.IOT_DATA_ENDPOINT}` };
}
