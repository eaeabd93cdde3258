import { CallbackLambda, type CallbackLambdaArgs } from "../../infra/callback-lambda";
import { callbackRolePermissions, callbackRoleTrust } from "../../infra/documents/callback-role";
import { childrenOf, named, record, SCOPE } from "./recorder";

const alarmQueueArn = "arn:aws:sqs:us-east-1:123456789012:alarms";
const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:F";
const args: CallbackLambdaArgs = {
  stack: "dev",
  scope: SCOPE,
  functionName: "F",
  roleName: "callback-role",
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
  alarmQueueName: "alarms",
  alarmQueueArn,
  notificationTopicName: "notices",
  quarantineGroupName: "Quarantine",
  iotDataEndpoint: "a1-ats.iot.us-east-1.amazonaws.com",
  memoryMib: 256,
  timeoutSeconds: 30,
  alarmConcurrency: 30,
  logRetentionDays: 90,
};
const tags = { "iot-quarantine:stack": "dev", "iot-quarantine:component": "CallbackLambda" };

const run = (changes: Partial<CallbackLambdaArgs> = {}) =>
  record(() => new CallbackLambda("c", { ...args, ...changes }));

test("around the function the component is role, log and the mapping of the queue", async () => {
  const { registrations } = await run();
  const { children } = childrenOf(registrations, "iot-quarantine:index:CallbackLambda");
  const { "c-function": callback, ...others } = children;
  expect(callback?.type).toBe("aws:lambda/function:Function");
  const permissions = callbackRolePermissions({
    scope: SCOPE,
    quarantineGroupName: "Quarantine",
    logGroupName: "/aws/lambda/F",
    alarmQueueArn,
    notificationTopicArn: "arn:aws:sns:us-east-1:123456789012:notices",
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
    "c-alarms": {
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      inputs: {
        eventSourceArn: alarmQueueArn,
        functionName: functionArn,
        batchSize: 10,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: 30 },
        tags,
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
    environment: {
      variables: {
        QUARANTINE_GROUP_NAME: "Quarantine",
        IOT_DATA_ENDPOINT: "a1-ats.iot.us-east-1.amazonaws.com",
        LEDGER_TABLE_NAME: "ledger",
        RESTRICTIVE_POLICY_NAME: "Fence",
        NOTIFICATION_TOPIC_ARN: "arn:aws:sns:us-east-1:123456789012:notices",
        STACK_NAME: "dev",
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

test("an update enables no mapping that somebody disabled, and nobody may invoke the function but by it", async () => {
  const { registrations } = await run();
  expect(named(registrations, "c-alarms").ignoreChanges).toEqual(["enabled"]);
  expect(registrations.filter(({ type }) => type === "aws:lambda/permission:Permission")).toEqual([]);
});

test("the function is made after its permissions and log, the mapping after it", async () => {
  const { registrations } = await run();
  const urns = (...names: string[]) => names.map((name) => named(registrations, name).urn);
  expect(named(registrations, "c-function").dependencies).toEqual(
    expect.arrayContaining(urns("c-log", "c-role-policy", "c-role")),
  );
  expect(named(registrations, "c-alarms").dependencies).toEqual(urns("c-function"));
});

test("the component shows its arguments but for the code, and registers all of its outputs", async () => {
  const { registrations } = await run();
  const component = named(registrations, "c");
  const { code: _code, ...visible } = args;
  expect(component.inputs).toEqual(visible);
  expect(component.outputs).toEqual({
    functionName: "F",
    logGroupName: "/aws/lambda/F",
    mappingId: "mapping-1",
  });
});

test("its role is bounded by the policy that it is given", async () => {
  const permissionsBoundaryArn = "arn:aws:iam::123456789012:policy/bound";
  const { registrations } = await run({ permissionsBoundaryArn });
  expect(named(registrations, "c-role").inputs.permissionsBoundary).toBe(permissionsBoundaryArn);
});
