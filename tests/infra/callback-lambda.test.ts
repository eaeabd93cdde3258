import { CallbackLambda, type CallbackLambdaArgs } from "../../infra/callback-lambda";
import { callbackRolePermissions, callbackRoleTrust } from "../../infra/documents/callback-role";
import { subscriptionDeadLetterPolicy } from "../../infra/documents/dead-letter-queue";
import { childrenOf, named, record, SCOPE } from "./recorder";

const topicArn = "arn:aws:sns:us-east-1:123456789012:DDA_Alerts";
const sqs = "arn:aws:sqs:us-east-1:123456789012";
const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:F";
const args: CallbackLambdaArgs = {
  stack: "dev",
  scope: SCOPE,
  functionName: "F",
  roleName: "callback-role",
  functionDeadLetterQueueName: "failed",
  subscriptionDeadLetterQueueName: "undelivered",
  code: "exports.handler = async () => {};",
  responses: {
    version: 2,
    profiles: { P: { B: "quarantine" } },
    quarantineLimitPerHour: 25,
    alarmMaxAgeMinutes: 30,
    containment: ["group"],
    exempt: [],
  },
  restrictivePolicyName: "Fence",
  ledgerTableName: "ledger",
  topicName: "DDA_Alerts",
  topicArn,
  quarantineGroupName: "Quarantine",
  iotDataEndpoint: "a1-ats.iot.us-east-1.amazonaws.com",
  memoryMib: 256,
  timeoutSeconds: 30,
  reservedConcurrency: 10,
  logRetentionDays: 90,
};
const tags = { "iot-quarantine:stack": "dev", "iot-quarantine:component": "CallbackLambda" };

const run = (changes: Partial<CallbackLambdaArgs> = {}) =>
  record(() => new CallbackLambda("c", { ...args, ...changes }));

const queue = (name: string) => ({
  type: "aws:sqs/queue:Queue",
  inputs: { name, messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true, tags },
});

test("around the function the component is role, log, queues, permission and subscription", async () => {
  const { registrations } = await run();
  const { children } = childrenOf(registrations, "iot-quarantine:index:CallbackLambda");
  const { "c-function": callback, ...others } = children;
  expect(callback?.type).toBe("aws:lambda/function:Function");
  const permissions = callbackRolePermissions({
    scope: SCOPE,
    quarantineGroupName: "Quarantine",
    logGroupName: "/aws/lambda/F",
    deadLetterQueueArn: `${sqs}:failed`,
    ledgerTableArn: "arn:aws:dynamodb:us-east-1:123456789012:table/ledger",
    exemptsGroups: false,
    containment: ["group"],
    securityProfileNames: ["P"],
  });
  expect(others).toEqual({
    "c-role": {
      type: "aws:iam/role:Role",
      inputs: {
        name: "callback-role",
        description: "What the quarantine function may do",
        assumeRolePolicy: JSON.stringify(callbackRoleTrust()),
        tags,
      },
    },
    "c-role-policy": {
      type: "aws:iam/rolePolicy:RolePolicy",
      inputs: { role: "callback-role", policy: JSON.stringify(permissions) },
    },
    "c-log": {
      type: "aws:cloudwatch/logGroup:LogGroup",
      inputs: { name: "/aws/lambda/F", retentionInDays: 90, tags },
    },
    "c-function-queue": queue("failed"),
    "c-failures": {
      type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      inputs: {
        functionName: "F",
        maximumRetryAttempts: 2,
        maximumEventAgeInSeconds: 21_600,
        destinationConfig: { onFailure: { destination: `${sqs}:failed` } },
      },
    },
    "c-subscription-queue": queue("undelivered"),
    "c-subscription-queue-policy": {
      type: "aws:sqs/queuePolicy:QueuePolicy",
      inputs: {
        queueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/undelivered",
        policy: JSON.stringify(subscriptionDeadLetterPolicy(`${sqs}:undelivered`, topicArn)),
      },
    },
    "c-permission": {
      type: "aws:lambda/permission:Permission",
      inputs: {
        function: "F",
        action: "lambda:InvokeFunction",
        principal: "sns.amazonaws.com",
        sourceArn: topicArn,
      },
    },
    "c-subscription": {
      type: "aws:sns/topicSubscription:TopicSubscription",
      inputs: {
        topic: topicArn,
        protocol: "lambda",
        endpoint: functionArn,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: `${sqs}:undelivered` }),
      },
    },
  });
});

test("the function is an archive of code and responses, with its limits and environment", async () => {
  const { registrations } = await run();
  const { code, ...inputs } = named(registrations, "c-function").inputs;
  expect(inputs).toEqual({
    name: "F",
    description: "Puts a device that raised an alarm into quarantine",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    role: "arn:aws:iam::123456789012:role/callback-role",
    memorySize: 256,
    timeout: 30,
    reservedConcurrentExecutions: 10,
    environment: {
      variables: {
        QUARANTINE_GROUP_NAME: "Quarantine",
        IOT_DATA_ENDPOINT: "a1-ats.iot.us-east-1.amazonaws.com",
        LEDGER_TABLE_NAME: "ledger",
        RESTRICTIVE_POLICY_NAME: "Fence",
        POWERTOOLS_SERVICE_NAME: "quarantine-device",
      },
    },
    tags,
  });
  const { assets } = code as { assets: Record<string, { text: string }> };
  expect(Object.keys(assets)).toEqual(["index.js", "responses.json"]);
  expect(assets["index.js"]?.text).toBe(args.code);
  expect(assets["responses.json"]?.text).toBe(JSON.stringify(args.responses));
});

test("without reserved concurrency the function leaves it to the account", async () => {
  const { registrations } = await run({ reservedConcurrency: "none" });
  expect(named(registrations, "c-function").inputs).not.toHaveProperty("reservedConcurrentExecutions");
});

test("the function is made after its permissions and log, the subscription after all it needs", async () => {
  const { registrations } = await run();
  const urns = (...names: string[]) => names.map((name) => named(registrations, name).urn);
  expect(named(registrations, "c-function").dependencies).toEqual(
    expect.arrayContaining(urns("c-log", "c-role-policy", "c-role")),
  );
  expect(named(registrations, "c-subscription").dependencies).toEqual(
    expect.arrayContaining(urns("c-permission", "c-subscription-queue-policy", "c-function")),
  );
});

test("the component shows its arguments but for the code, and registers all of its outputs", async () => {
  const { registrations } = await run();
  const component = named(registrations, "c");
  const { code: _code, ...visible } = args;
  expect(component.inputs).toEqual(visible);
  expect(component.outputs).toEqual({
    functionName: "F",
    logGroupName: "/aws/lambda/F",
    functionDeadLetterQueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/failed",
    subscriptionDeadLetterQueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/undelivered",
  });
});

test("its role is bounded by the policy that it is given", async () => {
  const permissionsBoundaryArn = "arn:aws:iam::123456789012:policy/bound";
  const { registrations } = await run({ permissionsBoundaryArn });
  expect(named(registrations, "c-role").inputs.permissionsBoundary).toBe(permissionsBoundaryArn);
});
