import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetRoleCommand, GetRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  DescribeSecurityProfileCommand,
  DescribeThingGroupCommand,
  GetPolicyCommand as GetIotPolicyCommand,
  ListAttachedPoliciesCommand,
  ListTargetsForSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import { DescribeKeyCommand, GetKeyRotationStatusCommand } from "@aws-sdk/client-kms";
import {
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
} from "@aws-sdk/client-lambda";
import { GetSubscriptionAttributesCommand, GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Clients } from "../../../../sandbox/deploy/clients";
import type { Properties } from "../../../../sandbox/deploy/property-values";

/** Things that other resources need, made before. */
export interface Fixtures {
  readonly roleArn: string;
  readonly keyId: string;
  readonly secondKeyId: string;
  readonly topicArn: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly groupArn: string;
  readonly policyName: string;
}

/** One type of resource: how it is made, changed, and seen by an SDK client. */
export interface HandlerCase {
  readonly type: string;
  readonly inputs: Properties;
  /** Inputs that change in place; absent where none can. */
  readonly change?: Properties;
  /** What an SDK client sees, in words of the case; throws or answers nothing when the resource is gone. */
  readonly seen: (clients: Clients, id: string) => Promise<unknown>;
  readonly before: unknown;
  readonly after?: unknown;
}

const BUCKET = "4dabf18193072939515e22adb298388d";

/** An archive of one file, as the engine hands it over. */
export const code = (text: string) => ({
  [BUCKET]: "0def7320c3a5731c473e5ecbe6d01bc7",
  assets: { "index.js": { [BUCKET]: "c44067f5952c0a294b673a41bacd8c17", text } },
});

/** A policy that lets somebody do something. */
export const allow = (statement: Properties) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

const trust = (service: string) => allow({ Principal: { Service: service }, Action: "sts:AssumeRole" });

const behavior = (name: string, count: string) => ({
  name,
  metric: "aws:num-messages-sent",
  criteria: {
    comparisonOperator: "less-than",
    value: { count },
    durationSeconds: 300,
    consecutiveDatapointsToAlarm: 1,
    consecutiveDatapointsToClear: 1,
  },
});

function identityCases(): HandlerCase[] {
  return [
    {
      type: "aws:iam/role:Role",
      inputs: {
        name: "r1",
        assumeRolePolicy: trust("iot.amazonaws.com"),
        description: "one",
        tags: { a: "1", b: "2" },
      },
      change: {
        assumeRolePolicy: trust("lambda.amazonaws.com"),
        description: "two",
        maxSessionDuration: 7200,
        tags: { b: "3" },
      },
      seen: async ({ iam }, id) => {
        const { Role } = await iam.send(new GetRoleCommand({ RoleName: id }));
        const principal = /\w+\.amazonaws\.com/.exec(
          decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""),
        );
        return [principal?.[0], Role?.Description, Role?.MaxSessionDuration, Role?.Tags];
      },
      before: [
        "iot.amazonaws.com",
        "one",
        3600,
        [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
      ],
      after: ["lambda.amazonaws.com", "two", 7200, [{ Key: "b", Value: "3" }]],
    },
    {
      type: "aws:iam/rolePolicy:RolePolicy",
      inputs: { name: "p", role: "fixture-role", policy: allow({ Action: "sns:Publish", Resource: "*" }) },
      change: { policy: allow({ Action: "sqs:SendMessage", Resource: "*" }) },
      seen: async ({ iam }) => {
        const { PolicyDocument } = await iam.send(
          new GetRolePolicyCommand({ RoleName: "fixture-role", PolicyName: "p" }),
        );
        return /"(s[nq]s:\w+)"/.exec(decodeURIComponent(PolicyDocument ?? ""))?.[1];
      },
      before: "sns:Publish",
      after: "sqs:SendMessage",
    },
    {
      type: "aws:kms/key:Key",
      inputs: { description: "one", enableKeyRotation: true, tags: { a: "1" } },
      change: { description: "two", enableKeyRotation: false, tags: { c: "1" } },
      seen: async ({ kms }, id) => {
        const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: id }));
        if (KeyMetadata?.KeyState === "PendingDeletion") return undefined;
        const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId: id }));
        return [KeyMetadata?.Description, KeyRotationEnabled];
      },
      before: ["one", true],
      after: ["two", false],
    },
  ];
}

function keyAndTopicCases(made: Fixtures): HandlerCase[] {
  return [
    {
      type: "aws:kms/alias:Alias",
      inputs: { name: "alias/one", targetKeyId: made.keyId },
      change: { targetKeyId: made.secondKeyId },
      seen: async ({ kms }, id) => (await kms.send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata?.KeyId,
      before: made.keyId,
      after: made.secondKeyId,
    },
    {
      type: "aws:sns/topic:Topic",
      inputs: { name: "t1", displayName: "one", tags: { a: "1" } },
      change: { displayName: undefined, kmsMasterKeyId: made.keyId, tags: { b: "1" } },
      seen: async ({ sns }, id) => {
        const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: id }));
        return [Attributes?.DisplayName, Attributes?.KmsMasterKeyId];
      },
      before: ["one", undefined],
      after: ["", made.keyId],
    },
    {
      type: "aws:sns/topicPolicy:TopicPolicy",
      inputs: {
        arn: made.topicArn,
        policy: allow({
          Sid: "one",
          Principal: { AWS: "*" },
          Action: "sns:Publish",
          Resource: made.topicArn,
        }),
      },
      change: {
        policy: allow({
          Sid: "two",
          Principal: { AWS: "*" },
          Action: "sns:Publish",
          Resource: made.topicArn,
        }),
      },
      seen: async ({ sns }, id) => {
        const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: id }));
        return /"Sid":"(one|two)"/.exec(Attributes?.Policy ?? "")?.[1];
      },
      before: "one",
      after: "two",
    },
    {
      type: "aws:sns/topicSubscription:TopicSubscription",
      inputs: { topic: made.topicArn, protocol: "lambda", endpoint: made.functionArn },
      change: { redrivePolicy: JSON.stringify({ deadLetterTargetArn: made.queueArn }) },
      seen: async ({ sns }, id) => {
        const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: id }));
        return [Attributes?.Endpoint, Attributes?.RedrivePolicy];
      },
      before: [made.functionArn, undefined],
      after: [made.functionArn, JSON.stringify({ deadLetterTargetArn: made.queueArn })],
    },
  ];
}

function queueAndLogCases(made: Fixtures): HandlerCase[] {
  const queueAttributes = async ({ sqs }: Clients, QueueUrl: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))).Attributes;
  return [
    {
      type: "aws:sqs/queue:Queue",
      inputs: { name: "q1", messageRetentionSeconds: 600, visibilityTimeoutSeconds: 40, tags: { a: "1" } },
      change: { messageRetentionSeconds: 900, visibilityTimeoutSeconds: undefined, tags: { a: "2" } },
      seen: async (clients, id) => {
        const attributes = await queueAttributes(clients, id);
        return [attributes?.MessageRetentionPeriod, attributes?.VisibilityTimeout];
      },
      before: ["600", "40"],
      after: ["900", "30"],
    },
    {
      type: "aws:sqs/queuePolicy:QueuePolicy",
      inputs: {
        queueUrl: made.queueUrl,
        policy: allow({ Sid: "one", Principal: "*", Action: "sqs:SendMessage", Resource: made.queueArn }),
      },
      change: {
        policy: allow({ Sid: "two", Principal: "*", Action: "sqs:SendMessage", Resource: made.queueArn }),
      },
      seen: async (clients, id) =>
        /"Sid":"(one|two)"/.exec((await queueAttributes(clients, id))?.Policy ?? "")?.[1],
      before: "one",
      after: "two",
    },
    {
      type: "aws:cloudwatch/logGroup:LogGroup",
      inputs: { name: "/g1", retentionInDays: 7, tags: { a: "1" } },
      change: { retentionInDays: undefined, tags: { b: "1" } },
      seen: async ({ logs }, id) => {
        const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
        const found = logGroups?.[0];
        return found && [found.logGroupName, found.retentionInDays];
      },
      before: ["/g1", 7],
      after: ["/g1", undefined],
    },
  ];
}

function lambdaCases(made: Fixtures): HandlerCase[] {
  return [
    {
      type: "aws:lambda/function:Function",
      inputs: {
        name: "f1",
        runtime: "nodejs22.x",
        handler: "index.handler",
        role: made.roleArn,
        code: code("exports.handler = 1"),
        memorySize: 256,
        reservedConcurrentExecutions: 5,
        environment: { variables: { KEY: "one" } },
        tags: { a: "1" },
      },
      change: {
        memorySize: 512,
        reservedConcurrentExecutions: undefined,
        environment: { variables: { KEY: "two" } },
        code: code("exports.handler = 22"),
        architectures: ["arm64"],
        tags: { a: "2" },
      },
      seen: async ({ lambda }, id) => {
        const { Configuration, Concurrency, Tags } = await lambda.send(
          new GetFunctionCommand({ FunctionName: id }),
        );
        const { MemorySize, Environment, CodeSize, Architectures } = Configuration ?? {};
        return [
          MemorySize,
          Concurrency?.ReservedConcurrentExecutions,
          Environment?.Variables,
          CodeSize,
          Architectures,
          Tags,
        ];
      },
      before: [256, 5, { KEY: "one" }, expect.any(Number), ["x86_64"], { a: "1" }],
      after: [512, undefined, { KEY: "two" }, expect.any(Number), ["arm64"], { a: "2" }],
    },
    {
      type: "aws:lambda/permission:Permission",
      inputs: {
        statementId: "s1",
        function: made.functionName,
        action: "lambda:InvokeFunction",
        principal: "sns.amazonaws.com",
        sourceArn: made.topicArn,
        sourceAccount: "123456789012",
      },
      seen: async ({ lambda }) => {
        const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: made.functionName }));
        return Policy?.includes(made.topicArn);
      },
      before: true,
    },
    {
      type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      inputs: {
        functionName: made.functionName,
        maximumRetryAttempts: 2,
        maximumEventAgeInSeconds: 60,
        destinationConfig: { onFailure: { destination: made.queueArn } },
      },
      change: { maximumRetryAttempts: 0, destinationConfig: { onSuccess: { destination: made.queueArn } } },
      seen: async ({ lambda }, id) => {
        const found = await lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: id }));
        return [found.MaximumRetryAttempts, found.DestinationConfig];
      },
      before: [2, { OnFailure: { Destination: made.queueArn }, OnSuccess: {} }],
      after: [0, { OnFailure: {}, OnSuccess: { Destination: made.queueArn } }],
    },
  ];
}

function iotCases(made: Fixtures): HandlerCase[] {
  return [
    {
      type: "aws:iot/thingGroup:ThingGroup",
      inputs: {
        name: "g1",
        properties: { description: "one", attributePayload: { attributes: { a: "1" } } },
        tags: { a: "1" },
      },
      change: { properties: { description: "two" }, tags: { b: "1" } },
      seen: async ({ iot }, id) =>
        (await iot.send(new DescribeThingGroupCommand({ thingGroupName: id }))).thingGroupProperties,
      before: { thingGroupDescription: "one", attributePayload: { attributes: { a: "1" } } },
      after: { thingGroupDescription: "two", attributePayload: { attributes: {} } },
    },
    {
      type: "aws:iot/policy:Policy",
      inputs: { name: "p1", policy: allow({ Action: "iot:Connect", Resource: "*" }), tags: { a: "1" } },
      change: { policy: allow({ Action: "iot:Publish", Resource: "*" }), tags: { a: "2" } },
      seen: async ({ iot }, id) => {
        const { policyDocument, defaultVersionId } = await iot.send(
          new GetIotPolicyCommand({ policyName: id }),
        );
        return [/"(iot:\w+)"/.exec(policyDocument ?? "")?.[1], defaultVersionId];
      },
      before: ["iot:Connect", "1"],
      after: ["iot:Publish", "2"],
    },
    {
      type: "aws:iot/policyAttachment:PolicyAttachment",
      inputs: { policy: made.policyName, target: made.groupArn },
      seen: async ({ iot }) => {
        const { policies } = await iot.send(new ListAttachedPoliciesCommand({ target: made.groupArn }));
        return policies?.[0]?.policyName;
      },
      before: made.policyName,
    },
    {
      type: "aws-native:iot:SecurityProfile",
      inputs: {
        securityProfileName: "sp1",
        securityProfileDescription: "one",
        behaviors: [behavior("A", "10"), behavior("B", "20")],
        alertTargets: { SNS: { alertTargetArn: made.topicArn, roleArn: made.roleArn } },
        targetArns: ["arn:aws:iot:us-east-1:123456789012:all/things", made.groupArn],
        tags: [
          { key: "a", value: "1" },
          { key: "b", value: "2" },
        ],
      },
      change: {
        behaviors: [behavior("C", "30"), behavior("A", "11")],
        targetArns: ["arn:aws:iot:us-east-1:123456789012:all/registered-things"],
        tags: [{ key: "a", value: "2" }],
      },
      seen: async ({ iot }, id) => {
        const found = await iot.send(new DescribeSecurityProfileCommand({ securityProfileName: id }));
        const { securityProfileTargets = [] } = await iot.send(
          new ListTargetsForSecurityProfileCommand({ securityProfileName: id }),
        );
        return [
          found.behaviors?.map(({ name, criteria }) => `${name}${criteria?.value?.count}`).sort(),
          found.alertTargets?.SNS?.alertTargetArn,
          securityProfileTargets.map(({ arn }) => arn?.split("/").at(-1)).sort(),
        ];
      },
      before: [["A10", "B20"], made.topicArn, ["fixture-group", "things"]],
      after: [["A11", "C30"], made.topicArn, ["registered-things"]],
    },
  ];
}

/** Every type of resource that the sandbox knows. */
export const handlerCases = (made: Fixtures): HandlerCase[] => [
  ...identityCases(),
  ...keyAndTopicCases(made),
  ...queueAndLogCases(made),
  ...lambdaCases(made),
  ...iotCases(made),
];
