import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { GetRoleCommand, GetRolePolicyCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyPolicyCommand, GetKeyRotationStatusCommand } from "@aws-sdk/client-kms";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { GetSubscriptionAttributesCommand, GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Clients } from "../../../../pulumi-host/resources/clients";
import { allow, type HandlerCase } from "./case";
import type { Fixtures } from "./fixtures";

const trust = (service: string) => allow({ Principal: { Service: service }, Action: "sts:AssumeRole" });

/** Roles and keys. */
export function identityCases(made: Fixtures): HandlerCase[] {
  return [
    {
      type: "aws:iam/role:Role",
      least: { name: "r0", assumeRolePolicy: trust("iot.amazonaws.com") },
      replacing: ["name", "path"],
      inputs: {
        name: "r1",
        assumeRolePolicy: trust("iot.amazonaws.com"),
        description: "one",
        path: "/teams/",
        tags: { a: "1", b: "2" },
      },
      change: {
        assumeRolePolicy: trust("lambda.amazonaws.com"),
        description: "two",
        maxSessionDuration: 7200,
        permissionsBoundary: made.boundaryArn,
        tags: { b: "3" },
      },
      seen: async ({ iam }, id) => {
        const { Role } = await iam.send(new GetRoleCommand({ RoleName: id }));
        const principal = /\w+\.amazonaws\.com/.exec(
          decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""),
        );
        const boundary = Role?.PermissionsBoundary?.PermissionsBoundaryArn;
        return [
          principal?.[0],
          Role?.Description,
          Role?.MaxSessionDuration,
          Role?.Path,
          boundary,
          Role?.Tags,
        ];
      },
      before: [
        "iot.amazonaws.com",
        "one",
        3600,
        "/teams/",
        undefined,
        [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
      ],
      after: ["lambda.amazonaws.com", "two", 7200, "/teams/", made.boundaryArn, [{ Key: "b", Value: "3" }]],
      replacement: { name: "r2", path: "/others/" },
      replaced: [
        "iot.amazonaws.com",
        "one",
        3600,
        "/others/",
        undefined,
        [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
      ],
    },
    {
      type: "aws:iam/rolePolicy:RolePolicy",
      least: { name: "p0", role: "fixture-role", policy: allow({ Action: "sns:Publish", Resource: "*" }) },
      replacing: ["name", "role"],
      inputs: { name: "p", role: "fixture-role", policy: allow({ Action: "sns:Publish", Resource: "*" }) },
      change: { policy: allow({ Action: "sqs:SendMessage", Resource: "*" }) },
      seen: async ({ iam }, id) => {
        const [RoleName, PolicyName] = id.split(":");
        const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
        return /"(s[nq]s:\w+)"/.exec(decodeURIComponent(PolicyDocument ?? ""))?.[1];
      },
      before: "sns:Publish",
      after: "sqs:SendMessage",
      replacement: { name: "p2" },
      replaced: "sns:Publish",
    },
    {
      type: "aws:kms/key:Key",
      least: {},
      replacing: [],
      inputs: {
        description: "one",
        enableKeyRotation: true,
        policy: allow({ Sid: "one", Principal: "*", Action: "kms:*", Resource: "*" }),
        tags: { a: "1" },
      },
      change: {
        description: "two",
        enableKeyRotation: false,
        isEnabled: false,
        policy: allow({ Sid: "two", Principal: "*", Action: "kms:*", Resource: "*" }),
        tags: { c: "1" },
      },
      seen: async ({ kms }, id) => {
        const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: id }));
        if (KeyMetadata?.KeyState === "PendingDeletion") return undefined;
        const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId: id }));
        const { Policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId: id }));
        const sid = /"Sid":"([^"]*)"/.exec(Policy.replace(/\s*:\s*/g, ":"))?.[1];
        return [KeyMetadata?.Description, KeyRotationEnabled, KeyMetadata?.Enabled, sid];
      },
      before: ["one", true, true, "one"],
      after: ["two", false, false, "two"],
      replacement: {},
      replaced: ["one", true, true, "one"],
    },
  ];
}

/** Aliases of keys, topics and what belongs to them. */
export function keyAndTopicCases(made: Fixtures): HandlerCase[] {
  return [
    {
      type: "aws:kms/alias:Alias",
      least: { name: "alias/zero", targetKeyId: made.keyId },
      replacing: ["name"],
      inputs: { name: "alias/one", targetKeyId: made.keyId },
      change: { targetKeyId: made.secondKeyId },
      seen: async ({ kms }, id) => (await kms.send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata?.KeyId,
      before: made.keyId,
      after: made.secondKeyId,
      replacement: { name: "alias/two" },
      replaced: made.keyId,
    },
    {
      type: "aws:sns/topic:Topic",
      least: { name: "t0" },
      replacing: ["name"],
      inputs: { name: "t1", displayName: "one", tags: { a: "1" } },
      change: { displayName: undefined, kmsMasterKeyId: made.keyId, tags: { b: "1" } },
      seen: async ({ sns }, id) => {
        const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: id }));
        return [Attributes?.DisplayName, Attributes?.KmsMasterKeyId];
      },
      before: ["one", undefined],
      after: ["", made.keyId],
      replacement: { name: "t2" },
      replaced: ["one", undefined],
    },
    {
      type: "aws:sns/topicPolicy:TopicPolicy",
      least: {
        arn: made.topicArn,
        policy: allow({ Principal: { AWS: "*" }, Action: "sns:Publish", Resource: made.topicArn }),
      },
      replacing: ["arn"],
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
      replacement: { arn: made.secondTopicArn },
      replaced: "one",
    },
    {
      type: "aws:sns/topicSubscription:TopicSubscription",
      least: { topic: made.secondTopicArn, protocol: "lambda", endpoint: made.functionArn },
      replacing: ["topic", "protocol", "endpoint"],
      inputs: { topic: made.topicArn, protocol: "lambda", endpoint: made.functionArn },
      change: {
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: made.queueArn }),
        filterPolicy: '{"kind":["x"]}',
      },
      seen: async ({ sns }, id) => {
        const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: id }));
        return [Attributes?.Endpoint, Attributes?.RedrivePolicy, Attributes?.FilterPolicy];
      },
      before: [made.functionArn, undefined, undefined],
      after: [made.functionArn, JSON.stringify({ deadLetterTargetArn: made.queueArn }), '{"kind":["x"]}'],
      replacement: { topic: made.secondTopicArn },
      replaced: [made.functionArn, undefined, undefined],
    },
  ];
}

/** Queues and log groups. */
export function queueAndLogCases(made: Fixtures): HandlerCase[] {
  const queueAttributes = async ({ sqs }: Clients, QueueUrl: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))).Attributes;
  return [
    {
      type: "aws:sqs/queue:Queue",
      least: { name: "q0" },
      replacing: ["name"],
      inputs: { name: "q1", messageRetentionSeconds: 600, visibilityTimeoutSeconds: 40, tags: { a: "1" } },
      change: {
        messageRetentionSeconds: 900,
        visibilityTimeoutSeconds: undefined,
        delaySeconds: 5,
        receiveWaitTimeSeconds: 6,
        tags: { a: "2" },
      },
      seen: async (clients, id) => {
        const attributes = await queueAttributes(clients, id);
        const { MessageRetentionPeriod, VisibilityTimeout, DelaySeconds } = attributes ?? {};
        return [MessageRetentionPeriod, VisibilityTimeout, DelaySeconds];
      },
      before: ["600", "40", "0"],
      after: ["900", "30", "5"],
      replacement: { name: "q2" },
      replaced: ["600", "40", "0"],
    },
    {
      type: "aws:sqs/queuePolicy:QueuePolicy",
      least: {
        queueUrl: made.queueUrl,
        policy: allow({ Principal: "*", Action: "sqs:SendMessage", Resource: made.queueArn }),
      },
      replacing: ["queueUrl"],
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
      replacement: { queueUrl: made.secondQueueUrl },
      replaced: "one",
    },
    {
      type: "aws:cloudwatch/logGroup:LogGroup",
      least: { name: "/g0" },
      replacing: ["name"],
      inputs: { name: "/g1", retentionInDays: 7, tags: { a: "1" } },
      change: { retentionInDays: undefined, tags: { b: "1" } },
      seen: async ({ logs }, id) => {
        const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
        const found = logGroups?.[0];
        return found && [found.logGroupName, found.retentionInDays];
      },
      before: ["/g1", 7],
      after: ["/g1", undefined],
      replacement: { name: "/g2" },
      replaced: ["/g2", 7],
    },
  ];
}

/** Alarms. */
export function alarmCases(made: Fixtures): HandlerCase[] {
  const watched = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, threshold: 0 };
  const metric = { namespace: "AWS/SQS", metricName: "Visible", period: 60 };
  const queries = (QueueName: string, factor: number) => [
    { id: "e", expression: `m0 * ${factor}`, label: "l", returnData: true },
    { id: "m0", metric: { ...metric, dimensions: { QueueName }, stat: "Sum" } },
  ];
  return [
    {
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      least: { name: "alarm-0", ...watched, metricQueries: queries("q", 1) },
      replacing: ["name"],
      inputs: { name: "alarm-1", ...watched, metricQueries: queries("q", 1), tags: { a: "1", b: "2" } },
      change: {
        alarmDescription: "two",
        alarmActions: [made.topicArn],
        threshold: 5,
        treatMissingData: "breaching",
        metricQueries: queries("r", 2),
        tags: { b: "3" },
      },
      seen: async ({ cloudwatch }, id) => {
        const command = new DescribeAlarmsCommand({ AlarmNames: [id] });
        const [alarm] = (await cloudwatch.send(command)).MetricAlarms ?? [];
        const expression = alarm?.Metrics?.find(({ Expression }) => Expression)?.Expression;
        return alarm && [alarm.Threshold, alarm.AlarmActions, alarm.TreatMissingData, expression];
      },
      before: [0, [], "missing", "m0 * 1"],
      after: [5, [made.topicArn], "breaching", "m0 * 2"],
      replacement: { name: "alarm-2" },
      replaced: [0, [], "missing", "m0 * 1"],
    },
  ];
}

/** Tables. */
export function tableCases(): HandlerCase[] {
  const index = { name: "byState", hashKey: "state", rangeKey: "since", projectionType: "ALL" };
  const least = {
    billingMode: "PAY_PER_REQUEST",
    hashKey: "pk",
    attributes: [{ name: "pk", type: "S" }],
  };
  return [
    {
      type: "aws:dynamodb/table:Table",
      least: { name: "table-0", ...least },
      replacing: ["name", "hashKey", "rangeKey"],
      inputs: {
        ...{ name: "table-1", ...least, rangeKey: "sk" },
        attributes: ["pk", "sk", "state", "since"].map((name) => ({ name, type: "S" })),
        globalSecondaryIndexes: [index],
        ttl: { attributeName: "endsAt", enabled: true },
        pointInTimeRecovery: { enabled: true },
        tags: { a: "1" },
      },
      change: {
        ttl: undefined,
        pointInTimeRecovery: { enabled: false },
        tags: { b: "2" },
      },
      seen: async ({ dynamodb }, TableName) => {
        const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
        const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
        const backups = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
        return [
          Table?.KeySchema?.map(({ AttributeName }) => AttributeName),
          Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName),
          TimeToLiveDescription?.AttributeName,
          backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
        ];
      },
      before: [["pk", "sk"], ["byState"], "endsAt", "ENABLED"],
      after: [["pk", "sk"], ["byState"], undefined, "DISABLED"],
      replacement: { name: "table-2" },
      replaced: [["pk", "sk"], ["byState"], "endsAt", "ENABLED"],
    },
  ];
}

/** Schedules. */
export function scheduleCases(made: Fixtures): HandlerCase[] {
  const target = { arn: made.functionArn, roleArn: made.scheduleRoleArn, input: "{}" };
  const least = { scheduleExpression: "rate(1 hour)", flexibleTimeWindow: { mode: "OFF" }, target };
  return [
    {
      type: "aws:scheduler/schedule:Schedule",
      least: { name: "s0", ...least },
      replacing: ["groupName", "name"],
      inputs: { name: "s1", ...least, description: "one" },
      change: {
        description: "two",
        scheduleExpression: "rate(2 hours)",
        state: "DISABLED",
        target: { ...target, retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 1 } },
      },
      seen: async ({ scheduler }, id) => {
        const [GroupName, Name] = id.split("/");
        const found = await scheduler.send(new GetScheduleCommand({ GroupName, Name }));
        const { Description, ScheduleExpression, State, Target } = found;
        return [Description, ScheduleExpression, State, Target?.RetryPolicy?.MaximumRetryAttempts];
      },
      before: ["one", "rate(1 hour)", "ENABLED", 185],
      after: ["two", "rate(2 hours)", "DISABLED", 1],
      replacement: { name: "s2" },
      replaced: ["one", "rate(1 hour)", "ENABLED", 185],
    },
  ];
}
