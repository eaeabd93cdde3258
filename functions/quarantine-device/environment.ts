import { REGISTRY_NAME } from "../../lib/aws/names";
/** What the function reads from its environment. */
export interface Environment {
  /** Name of the Quarantine thing group. */
  readonly groupName: string;
  /** Name of the restrictive policy. */
  readonly policyName: string;
  /** Name of the ledger's table. */
  readonly ledgerTableName: string;
  /** ARN of the topic for people. */
  readonly topicArn: string;
  /** Name of the stack. */
  readonly stack: string;
  /** Folder of the archive's files. Source: AWS Lambda Developer Guide, "Defined runtime environment variables". */
  readonly taskRoot: string;
  /**
   * URL of the data plane. Absent where the SDK is told by `AWS_ENDPOINT_URL` or
   * `AWS_ENDPOINT_URL_IOT_DATA_PLANE`: an endpoint given in code would win over them.
   *
   * Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints" (order of precedence).
   */
  readonly dataEndpoint?: string;
}

const RULES = {
  QUARANTINE_GROUP_NAME: {
    pattern: REGISTRY_NAME,
    rule: "the thing group's name: 1 to 128 of a-z A-Z 0-9 : _ -",
  },
  IOT_DATA_ENDPOINT: {
    pattern: /^[a-zA-Z0-9.-]+(:\d{1,5})?$/,
    rule: "the account's iot:Data-ATS endpoint: a host name without a scheme",
  },
  // Source: AWS IoT API Reference, `CreatePolicy`.
  RESTRICTIVE_POLICY_NAME: {
    pattern: /^[\w+=,.@-]{1,128}$/,
    rule: "the restrictive policy's name: 1 to 128 of a-z A-Z 0-9 _ + = , . @ -",
  },
  // Source: Amazon DynamoDB Developer Guide, "Naming rules".
  LEDGER_TABLE_NAME: {
    pattern: /^[a-zA-Z0-9_.-]{3,255}$/,
    rule: "the name of the ledger's table: 3 to 255 of a-z A-Z 0-9 _ . -",
  },
  NOTIFICATION_TOPIC_ARN: {
    pattern: /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
    rule: "the ARN of the topic for people",
  },
  // Source: Pulumi, "Stacks", "Create a stack".
  STACK_NAME: { pattern: /^[\w.-]{1,100}$/, rule: "the name of the stack: 1 to 100 of a-z A-Z 0-9 _ . -" },
  LAMBDA_TASK_ROOT: { pattern: /./, rule: "the folder of the function's files, as Lambda does" },
} as const;

/**
 * Reads and checks the environment.
 *
 * @param env - `process.env`
 * @throws Error that names every variable that is missing or wrong, and what to set.
 */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const faults = Object.entries(RULES)
    .filter(([name, { pattern }]) => !pattern.test(env[name] ?? ""))
    .map(([name, { rule }]) => `Set ${name} to ${rule}; it is ${JSON.stringify(env[name] ?? null)}.`);
  if (faults.length > 0) {
    throw new Error(faults.join(" "));
  }
  const always = {
    groupName: env.QUARANTINE_GROUP_NAME ?? "",
    policyName: env.RESTRICTIVE_POLICY_NAME ?? "",
    ledgerTableName: env.LEDGER_TABLE_NAME ?? "",
    topicArn: env.NOTIFICATION_TOPIC_ARN ?? "",
    stack: env.STACK_NAME ?? "",
    taskRoot: env.LAMBDA_TASK_ROOT ?? "",
  };
  return isSet(env.AWS_ENDPOINT_URL) || isSet(env.AWS_ENDPOINT_URL_IOT_DATA_PLANE)
    ? always
    : { ...always, dataEndpoint: `https://${env.IOT_DATA_ENDPOINT}` };
}

// The SDK takes an empty variable for one that is not set.
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
