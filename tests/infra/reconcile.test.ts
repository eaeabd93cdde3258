import { reconcileRolePermissions } from "../../infra/documents/reconcile-role";
import { scheduleRolePermissions, scheduleRoleTrust } from "../../infra/documents/schedule-role";
import { Reconcile, type ReconcileArgs } from "../../infra/reconcile";
import { childrenOf, named, record, SCOPE, summary } from "./recorder";

const args: ReconcileArgs = {
  stack: "dev",
  scope: SCOPE,
  functionName: "F",
  roleName: "reconcile-role",
  scheduleName: "S",
  scheduleRoleName: "schedule-role",
  code: "exports.handler = async () => {};",
  responses: {
    version: 2,
    profiles: { P: { B: "quarantine" } },
    quarantineLimitPerHour: 25,
    alarmMaxAgeMinutes: 30,
    containment: ["group"],
    exempt: [],
  },
  ledgerTableName: "ledger",
  alarmQueueName: "alarms",
  alarmQueueUrl: "https://sqs/alarms",
  notificationTopicName: "people",
  quarantineGroupName: "Quarantine",
  iotDataEndpoint: "a1-ats.iot.us-east-1.amazonaws.com",
  logRetentionDays: 90,
};
const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:F";

const run = (changes: Partial<ReconcileArgs> = {}) =>
  record(() => new Reconcile("r", { ...args, ...changes }));

test("it is a function with its log and role, and a schedule with its role, and nothing else", async () => {
  const { registrations } = await run();
  expect(summary(registrations)).toEqual([
    "aws:cloudwatch/logGroup:LogGroup r-log",
    "aws:iam/role:Role r-role",
    "aws:iam/role:Role r-schedule-role",
    "aws:iam/rolePolicy:RolePolicy r-role-policy",
    "aws:iam/rolePolicy:RolePolicy r-schedule-role-policy",
    "aws:lambda/function:Function r-function",
    "aws:scheduler/schedule:Schedule r-schedule",
    "iot-quarantine:index:Reconcile r",
  ]);
  const { children } = childrenOf(registrations, "iot-quarantine:index:Reconcile");
  expect(children["r-schedule"]?.inputs).toEqual({
    name: "S",
    description: "Has the stack reconciled",
    scheduleExpression: "rate(5 minutes)",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: functionArn,
      roleArn: "arn:aws:iam::123456789012:role/schedule-role",
      input: "{}",
      retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 2 },
    },
  });
  expect(children["r-function"]?.inputs).toMatchObject({
    name: "F",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    role: "arn:aws:iam::123456789012:role/reconcile-role",
    // Less than the time between two runs.
    timeout: 240,
    environment: {
      variables: {
        QUARANTINE_GROUP_NAME: "Quarantine",
        IOT_DATA_ENDPOINT: "a1-ats.iot.us-east-1.amazonaws.com",
        LEDGER_TABLE_NAME: "ledger",
        ALARMS_QUEUE_URL: "https://sqs/alarms",
      },
    },
  });
  expect(children["r-schedule-role"]?.inputs.assumeRolePolicy).toBe(JSON.stringify(scheduleRoleTrust(SCOPE)));
  expect(children["r-schedule-role-policy"]?.inputs.policy).toBe(
    JSON.stringify(scheduleRolePermissions(functionArn)),
  );
});

test("the code is stored once, and both roles are bounded where the stack's are", async () => {
  const permissionsBoundaryArn = "arn:aws:iam::123456789012:policy/bound";
  const { registrations } = await run({ permissionsBoundaryArn });
  expect(named(registrations, "r").inputs).not.toHaveProperty("code");
  for (const role of ["r-role", "r-schedule-role"]) {
    expect(named(registrations, role).inputs.permissionsBoundary).toBe(permissionsBoundaryArn);
  }
});

test("no schedule of another account or group can use the schedule's role", () => {
  expect(
    scheduleRoleTrust(SCOPE).Statement.map(({ Principal, Condition }) => [Principal, Condition]),
  ).toEqual([
    [
      { Service: "scheduler.amazonaws.com" },
      {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnEquals: { "aws:SourceArn": "arn:aws:scheduler:us-east-1:123456789012:schedule-group/default" },
      },
    ],
  ]);
});

test("the function may list, look up, cut, remember, queue, tell and log, and nothing else: it puts no device into a group", () => {
  const { Statement } = reconcileRolePermissions({
    ...args,
    logGroupName: "/aws/lambda/F",
    securityProfileNames: ["P", "Q"],
  });
  const iot = "arn:aws:iot:us-east-1:123456789012";
  const table = "arn:aws:dynamodb:us-east-1:123456789012:table/ledger";
  expect(Statement.map(({ Effect, Action, Resource }) => [Effect, Action, Resource])).toEqual([
    ["Allow", "iot:ListActiveViolations", [`${iot}:securityprofile/P`, `${iot}:securityprofile/Q`]],
    ["Allow", "iot:ListThingsInThingGroup", `${iot}:thinggroup/Quarantine`],
    ["Allow", ["iot:DescribeThing", "iot:ListThingGroupsForThing"], `${iot}:thing/*`],
    ["Allow", "iot:DeleteConnection", `${iot}:client/*`],
    ["Allow", "dynamodb:Query", `${table}/index/byState`],
    ["Allow", ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], table],
    ["Allow", "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:alarms"],
    ["Allow", "sns:Publish", "arn:aws:sns:us-east-1:123456789012:people"],
    ["Allow", "events:PutEvents", "arn:aws:events:us-east-1:123456789012:event-bus/default"],
    ["Allow", ["dynamodb:Query", "dynamodb:DeleteItem"], table],
    [
      "Allow",
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/F:*",
    ],
  ]);
});
