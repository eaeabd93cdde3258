import { alarmQueuePolicy } from "../../../infra/documents/alarm-queue";
import { alertKeyPolicy } from "../../../infra/documents/alert-key";
import { alertRolePermissions, alertRoleTrust } from "../../../infra/documents/alert-role";
import { alertTopicPolicy } from "../../../infra/documents/alert-topic";
import { callbackRolePermissions, callbackRoleTrust } from "../../../infra/documents/callback-role";
import { digestRights, notificationTopicPolicy } from "../../../infra/documents/notification-topic";

const scope = { partition: "aws-us-gov", region: "us-gov-west-1", account: "123456789012" };
const topic = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:alerts";
const role = "arn:aws-us-gov:iam::123456789012:role/alert-role";

test("Device Defender alone may assume the alert role, for the stack's profiles alone", () => {
  expect(alertRoleTrust(scope, ["One", "Two"]).Statement).toEqual([
    {
      Sid: "DeviceDefenderPublishes",
      Effect: "Allow",
      Principal: { Service: "iot.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnEquals: {
          "aws:SourceArn": [
            "arn:aws-us-gov:iot:us-gov-west-1:123456789012:securityprofile/One",
            "arn:aws-us-gov:iot:us-gov-west-1:123456789012:securityprofile/Two",
          ],
        },
      },
    },
  ]);
});

test("the alert role may publish to the topic, and nothing else", () => {
  expect(alertRolePermissions(topic).Statement).toEqual([
    { Sid: "PublishAlarms", Effect: "Allow", Action: "sns:Publish", Resource: topic },
  ]);
});

test("the topic denies publishing to every principal but the alert role, and allows it to that one", () => {
  expect(alertTopicPolicy(topic, role).Statement).toEqual([
    {
      Sid: "DenyAllButAlertRole",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: topic,
      Condition: { ArnNotEquals: { "aws:PrincipalArn": role } },
    },
    {
      Sid: "AllowAlertRole",
      Effect: "Allow",
      Principal: { AWS: role },
      Action: "sns:Publish",
      Resource: topic,
    },
  ]);
});

test("the key is administered by the account, which cannot use it, and used by the alert role", () => {
  const [administration, use] = alertKeyPolicy(scope, role).Statement;
  expect(administration?.Principal).toEqual({ AWS: "arn:aws-us-gov:iam::123456789012:root" });
  expect(administration?.Action).toContain("kms:PutKeyPolicy");
  expect(administration?.Action).toContain("kms:ScheduleKeyDeletion");
  expect(JSON.stringify(administration?.Action)).not.toMatch(
    /\*|Encrypt|"kms:Decrypt|GenerateDataKey|CreateGrant/,
  );
  expect(use).toEqual({
    Sid: "AlertRoleEncrypts",
    Effect: "Allow",
    Principal: { AWS: role },
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Resource: "*",
  });
});

test("Lambda alone may assume the function's role", () => {
  expect(callbackRoleTrust().Statement).toEqual([
    {
      Sid: "LambdaRuns",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    },
  ]);
});

const callback = {
  scope,
  quarantineGroupName: "Quarantine",
  logGroupName: "/aws/lambda/f",
  alarmQueueArn: "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:q",
  notificationTopicArn: "arn:aws-us-gov:sns:us-gov-west-1:123456789012:notices",
  ledgerTableArn: "arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/ledger",
  exemptsGroups: false,
  containment: ["group"] as const,
  securityProfileNames: ["P", "Q"],
};

test("the function may look up the groups above only where groups are exempt", () => {
  const without = callbackRolePermissions(callback).Statement;
  const all = callbackRolePermissions({ ...callback, exemptsGroups: true }).Statement;
  const added = all.filter((one) => !without.some((other) => other.Sid === one.Sid));
  expect(added.map(({ Action, Resource }) => [Action, Resource])).toEqual([
    ["iot:DescribeThingGroup", "arn:aws-us-gov:iot:us-gov-west-1:123456789012:thinggroup/*"],
  ]);
});

test.each([
  ["principal", ["iot:ListPrincipalThings", "iot:AttachPolicy"]],
  ["deactivate", ["iot:ListPrincipalThings", "iot:DescribeCertificate", "iot:UpdateCertificate"]],
] as const)("the function may contain by %s only where the config says so", (how, actions) => {
  const without = callbackRolePermissions(callback).Statement;
  const all = callbackRolePermissions({ ...callback, containment: ["group", how] }).Statement;
  const added = all.filter((one) => !without.some((other) => other.Sid === one.Sid));
  expect(added.flatMap(({ Action }) => Action)).toEqual(actions);
  const certificates = "arn:aws-us-gov:iot:us-gov-west-1:123456789012:cert/*";
  expect(added.map(({ Resource }) => Resource)).toEqual(["*", certificates]);
});

test("the function may look up, verify, quarantine, flag, cut, remember, tell, log and take alarms, and nothing else: it releases nobody", () => {
  const { Statement } = callbackRolePermissions(callback);
  const iot = "arn:aws-us-gov:iot:us-gov-west-1:123456789012";
  expect(Statement.map(({ Effect, Action, Resource }) => [Effect, Action, Resource])).toEqual([
    ["Allow", "iot:AddThingToThingGroup", [`${iot}:thing/*`, `${iot}:thinggroup/Quarantine`]],
    ["Allow", "iot:DescribeThing", `${iot}:thing/*`],
    [
      "Allow",
      "iot:ListActiveViolations",
      [`${iot}:thing/*`, `${iot}:securityprofile/P`, `${iot}:securityprofile/Q`],
    ],
    ["Allow", "iot:ListThingGroupsForThing", `${iot}:thing/*`],
    ["Allow", ["iot:ListThingPrincipals", "iot:ListAttachedPolicies"], "*"],
    ["Allow", "iot:GetConnection", `${iot}:client/*`],
    ["Allow", "iot:UpdateThingShadow", `${iot}:thing/*`],
    ["Allow", "iot:DeleteConnection", `${iot}:client/*`],
    [
      "Allow",
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      "arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/ledger",
    ],
    ["Allow", "sns:Publish", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:notices"],
    ["Allow", "events:PutEvents", "arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/default"],
    [
      "Allow",
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      "arn:aws-us-gov:logs:us-gov-west-1:123456789012:log-group:/aws/lambda/f:*",
    ],
    [
      "Allow",
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:q",
    ],
  ]);
  const bound = Statement.filter(({ Condition }) => Condition);
  expect(bound.map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
    ["TellSystems", { StringEquals: { "events:source": "iot-quarantine" } }],
  ]);
});

test("the queue of alarms and its dead letters let in SNS for the one topic", () => {
  expect(alarmQueuePolicy("arn:q", topic).Statement).toEqual([
    {
      Sid: "SnsSendsAlarms",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: "arn:q",
      Condition: { ArnEquals: { "aws:SourceArn": topic } },
    },
  ]);
});

test("this account's CloudWatch alarms alone are let to the topic for people, and nobody over plain HTTP", () => {
  const { Statement } = notificationTopicPolicy(scope, topic);
  expect(Statement).toEqual([
    {
      Sid: "AlarmsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topic,
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws-us-gov:cloudwatch:us-gov-west-1:123456789012:alarm:*" },
      },
    },
    {
      Sid: "DenyPlainHttp",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: topic,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
});

test("who makes digests reads and forgets what is still to be told, and nothing else of the ledger", () => {
  expect(digestRights("arn:t")).toEqual([
    {
      Sid: "DigestNotices",
      Effect: "Allow",
      Action: ["dynamodb:Query", "dynamodb:DeleteItem"],
      Resource: "arn:t",
      Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["untold"] } },
    },
  ]);
});
