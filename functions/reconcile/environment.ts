import { REGISTRY_NAME } from "../../lib/aws/names";

/** What the function reads from its environment. */
export interface Environment {
  /** Name of the Quarantine thing group. */
  readonly groupName: string;
  /** Name of the ledger's table. */
  readonly ledgerTableName: string;
  /** URL of the queue of alarms. */
  readonly alarmsQueueUrl: string;
  /** ARN of the topic for people. */
  readonly topicArn: string;
  /** Name of the stack. */
  readonly stack: string;
  /** Folder of the archive's files. Source: AWS Lambda Developer Guide, "Defined runtime environment variables". */
  readonly taskRoot: string;
  /** Name of the function, by which its metrics are told from another stack's. */
  readonly functionName: string;
  /** URL of the data plane; absent where the SDK is told by `AWS_ENDPOINT_URL` or its like, over which it would win. */
  readonly dataEndpoint?: string;
}

const RULES = {
  QUARANTINE_GROUP_NAME: [REGISTRY_NAME, "the thing group's name: 1 to 128 of a-z A-Z 0-9 : _ -"],
  IOT_DATA_ENDPOINT: [/^[a-zA-Z0-9.-]+(:\d{1,5})?$/, "the account's iot:Data-ATS endpoint: a host name"],
  LEDGER_TABLE_NAME: [
    /^[a-zA-Z0-9_.-]{3,255}$/,
    "the name of the ledger's table: 3 to 255 of a-z A-Z 0-9 _ . -",
  ],
  ALARMS_QUEUE_URL: [/^https?:\/\/\S+$/, "the URL of the queue of alarms"],
  NOTIFICATION_TOPIC_ARN: [
    /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
    "the ARN of the topic for people",
  ],
  STACK_NAME: [/^[\w.-]{1,100}$/, "the name of the stack: 1 to 100 of a-z A-Z 0-9 _ . -"],
  LAMBDA_TASK_ROOT: [/./, "the folder of the function's files, as Lambda does"],
  AWS_LAMBDA_FUNCTION_NAME: [/./, "the function's name, as Lambda does"],
} as const satisfies Record<string, readonly [RegExp, string]>;

/**
 * Reads and checks the environment.
 *
 * @param env - `process.env`
 * @throws Error that names every variable that is missing or wrong, and what to set.
 */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const faults = Object.entries(RULES)
    .filter(([name, [pattern]]) => !pattern.test(env[name] ?? ""))
    .map(([name, [, rule]]) => `Set ${name} to ${rule}; it is ${JSON.stringify(env[name] ?? null)}.`);
  if (faults.length > 0) throw new Error(faults.join(" "));
  // The SDK takes an empty variable for one that is not set.
  const isTold = (env.AWS_ENDPOINT_URL ?? "") !== "" || (env.AWS_ENDPOINT_URL_IOT_DATA_PLANE ?? "") !== "";
  return {
    groupName: env.QUARANTINE_GROUP_NAME ?? "",
    ledgerTableName: env.LEDGER_TABLE_NAME ?? "",
    alarmsQueueUrl: env.ALARMS_QUEUE_URL ?? "",
    topicArn: env.NOTIFICATION_TOPIC_ARN ?? "",
    stack: env.STACK_NAME ?? "",
    taskRoot: env.LAMBDA_TASK_ROOT ?? "",
    functionName: env.AWS_LAMBDA_FUNCTION_NAME ?? "",
    ...(isTold ? {} : { dataEndpoint: `https://${env.IOT_DATA_ENDPOINT}` }),
  };
}
