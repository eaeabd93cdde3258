import * as cloudwatchSdk from "@aws-sdk/client-cloudwatch";
import * as logsSdk from "@aws-sdk/client-cloudwatch-logs";
import * as iamSdk from "@aws-sdk/client-iam";
import * as iotSdk from "@aws-sdk/client-iot";
import * as kmsSdk from "@aws-sdk/client-kms";
import * as lambdaSdk from "@aws-sdk/client-lambda";
import * as snsSdk from "@aws-sdk/client-sns";
import * as sqsSdk from "@aws-sdk/client-sqs";
import { zip } from "./services/lambda/serve-lambda";
import { type EmptySandbox, startEmptySandbox } from "./support/empty-sandbox";

/*
 * What Terraform's provider, which @pulumi/aws is made of, sends for each type that the program registers: to make it,
 * to wait until it is there, to read it, and to wait until it is gone. What it looks at in the answers is expected of
 * them. Source: hashicorp/terraform-provider-aws, internal/service/, the file of each resource.
 */

let sandbox: EmptySandbox;
beforeAll(async () => {
  sandbox = await startEmptySandbox();
});
afterAll(() => sandbox.stop());

const ACCOUNT = "123456789012";
const TAGS = [{ Key: "k", Value: "v" }];
const trustOf = (Service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
  });
const allow = (Action: string, more: object = {}) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*", ...more }] });

/** A call that finds nothing any more: by the error's code the provider knows that the resource is gone. */
const isGone = (call: Promise<unknown>, name: string) => expect(call).rejects.toMatchObject({ name });

async function makeRole(RoleName: string, service: string): Promise<string> {
  const { Role } = await sandbox.clients.iam.send(
    new iamSdk.CreateRoleCommand({
      ...{ RoleName, Path: "/", Tags: TAGS },
      AssumeRolePolicyDocument: trustOf(service),
    }),
  );
  return Role?.Arn ?? "";
}

it("cloudwatch: an alarm of expressions", async () => {
  const { cloudwatch } = sandbox.clients;
  const find = async () => {
    const input = { AlarmNames: ["a"], AlarmTypes: ["MetricAlarm" as const] };
    return (await cloudwatch.send(new cloudwatchSdk.DescribeAlarmsCommand(input))).MetricAlarms;
  };
  // Asked before, too, so that no other's is overwritten.
  expect(await find()).toEqual([]);
  await cloudwatch.send(
    new cloudwatchSdk.PutMetricAlarmCommand({
      ...{ AlarmName: "a", ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 1, Threshold: 0 },
      ...{ TreatMissingData: "notBreaching", ActionsEnabled: true, Tags: TAGS },
      Metrics: [{ Id: "e", Expression: "1 + 1", Period: 60, ReturnData: true }],
    }),
  );
  const [alarm] = (await find()) ?? [];
  expect(alarm).toMatchObject({ ActionsEnabled: true, TreatMissingData: "notBreaching", OKActions: [] });
  const ResourceARN = alarm?.AlarmArn;
  const list = new cloudwatchSdk.ListTagsForResourceCommand({ ResourceARN });
  expect((await cloudwatch.send(list)).Tags).toEqual(TAGS);
  await cloudwatch.send(new cloudwatchSdk.DeleteAlarmsCommand({ AlarmNames: ["a"] }));
  expect(await find()).toEqual([]);
});

it("iam: a role and its inline policy", async () => {
  const { iam } = sandbox.clients;
  const RoleName = "alert";
  await makeRole(RoleName, "iot.amazonaws.com");
  const { Role } = await iam.send(new iamSdk.GetRoleCommand({ RoleName }));
  expect(Role).toMatchObject({ Path: "/", MaxSessionDuration: 3600, Tags: TAGS });
  // While the ARN holds the unique id the role is not there yet for others.
  expect(Role?.Arn).toBe(`arn:aws:iam::${ACCOUNT}:role/alert`);
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(trustOf("iot.amazonaws.com"));
  await iam.send(
    new iamSdk.PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument: allow("sns:Publish") }),
  );
  const policy = () => iam.send(new iamSdk.GetRolePolicyCommand({ RoleName, PolicyName: "p" }));
  expect(decodeURIComponent((await policy()).PolicyDocument ?? "")).toBe(allow("sns:Publish"));
  expect((await iam.send(new iamSdk.ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(["p"]);
  expect((await iam.send(new iamSdk.ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies).toEqual(
    [],
  );
  await iam.send(new iamSdk.UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 }));
  await iam.send(new iamSdk.UpdateRoleDescriptionCommand({ RoleName, Description: "d" }));
  await iam.send(new iamSdk.DeleteRolePolicyCommand({ RoleName, PolicyName: "p" }));
  await isGone(policy(), "NoSuchEntityException");
  const profiles = () => iam.send(new iamSdk.ListInstanceProfilesForRoleCommand({ RoleName }));
  expect((await profiles()).InstanceProfiles).toEqual([]);
  await iam.send(new iamSdk.DeleteRoleCommand({ RoleName }));
  await isGone(iam.send(new iamSdk.GetRoleCommand({ RoleName })), "NoSuchEntityException");
  await isGone(profiles(), "NoSuchEntityException");
});

it("iot: a thing group, a policy and its attachment", async () => {
  const { iot } = sandbox.clients;
  const thingGroupName = "Quarantine";
  const policyName = "fence";
  await iot.send(new iotSdk.CreateThingGroupCommand({ thingGroupName, tags: TAGS }));
  const group = () => iot.send(new iotSdk.DescribeThingGroupCommand({ thingGroupName }));
  const { thingGroupArn: target, version, ...made } = await group();
  expect(made).toMatchObject({ thingGroupProperties: {}, thingGroupMetadata: {} });
  expect(made.thingGroupMetadata?.parentGroupName).toBeUndefined();
  const tags = new iotSdk.ListTagsForResourceCommand({ resourceArn: target });
  expect((await iot.send(tags)).tags).toEqual(TAGS);
  await iot.send(
    new iotSdk.UpdateThingGroupCommand({
      thingGroupName,
      expectedVersion: version,
      thingGroupProperties: { thingGroupDescription: "d", attributePayload: { attributes: {} } },
    }),
  );
  expect((await group()).thingGroupProperties).toEqual({ thingGroupDescription: "d" });

  const policyDocument = allow("iot:Connect");
  await iot.send(new iotSdk.CreatePolicyCommand({ policyName, policyDocument, tags: TAGS }));
  const policy = () => iot.send(new iotSdk.GetPolicyCommand({ policyName }));
  expect(await policy()).toMatchObject({ policyName, policyDocument, defaultVersionId: "1" });
  await iot.send(
    new iotSdk.CreatePolicyVersionCommand({
      policyName,
      policyDocument: allow("iot:Publish"),
      setAsDefault: true,
    }),
  );
  await iot.send(new iotSdk.AttachPolicyCommand({ policyName, target }));
  const attached = () =>
    iot.send(new iotSdk.ListAttachedPoliciesCommand({ target, pageSize: 250, recursive: false }));
  expect((await attached()).policies).toMatchObject([{ policyName }]);

  await iot.send(new iotSdk.DetachPolicyCommand({ policyName, target }));
  expect((await attached()).policies).toEqual([]);
  const { policyVersions } = await iot.send(new iotSdk.ListPolicyVersionsCommand({ policyName }));
  const former = policyVersions?.filter(({ isDefaultVersion }) => !isDefaultVersion);
  expect(former).toMatchObject([{ versionId: "1" }]);
  await iot.send(new iotSdk.DeletePolicyVersionCommand({ policyName, policyVersionId: "1" }));
  await iot.send(new iotSdk.DeletePolicyCommand({ policyName }));
  await isGone(policy(), "ResourceNotFoundException");
  await isGone(iot.send(new iotSdk.ListPolicyVersionsCommand({ policyName })), "ResourceNotFoundException");
  await iot.send(new iotSdk.DeleteThingGroupCommand({ thingGroupName }));
  await isGone(group(), "ResourceNotFoundException");
  await isGone(attached(), "ResourceNotFoundException");
});

it("kms: a key and its alias", async () => {
  const { kms } = sandbox.clients;
  const Policy = allow("kms:*", { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } });
  const { KeyMetadata } = await kms.send(
    new kmsSdk.CreateKeyCommand({
      BypassPolicyLockoutSafetyCheck: false,
      CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
      KeyUsage: "ENCRYPT_DECRYPT",
      Description: "d",
      Policy,
      Tags: [{ TagKey: "k", TagValue: "v" }],
    }),
  );
  const KeyId = KeyMetadata?.KeyId ?? "";
  await kms.send(new kmsSdk.EnableKeyRotationCommand({ KeyId }));
  const rotation = await kms.send(new kmsSdk.GetKeyRotationStatusCommand({ KeyId }));
  expect(rotation).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 365 });
  const described = async () => (await kms.send(new kmsSdk.DescribeKeyCommand({ KeyId }))).KeyMetadata;
  expect(await described()).toMatchObject({
    Origin: "AWS_KMS",
    Enabled: true,
    MultiRegion: false,
    Description: "d",
  });
  const policy = await kms.send(new kmsSdk.GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
  expect(policy.Policy).toBe(Policy);
  expect((await kms.send(new kmsSdk.ListResourceTagsCommand({ KeyId }))).Tags).toEqual([
    { TagKey: "k", TagValue: "v" },
  ]);

  const AliasName = "alias/alerts";
  await kms.send(new kmsSdk.CreateAliasCommand({ AliasName, TargetKeyId: KeyId }));
  const alias = async () =>
    (await kms.send(new kmsSdk.ListAliasesCommand({}))).Aliases?.find((each) => each.AliasName === AliasName);
  expect(await alias()).toMatchObject({
    TargetKeyId: KeyId,
    AliasArn: `arn:aws:kms:us-east-1:${ACCOUNT}:${AliasName}`,
  });
  await kms.send(new kmsSdk.DeleteAliasCommand({ AliasName }));
  expect(await alias()).toBeUndefined();
  await isGone(kms.send(new kmsSdk.DeleteAliasCommand({ AliasName })), "NotFoundException");

  const deletion = () => kms.send(new kmsSdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 }));
  await deletion();
  expect(await described()).toMatchObject({ KeyState: "PendingDeletion" });
  await expect(deletion()).rejects.toMatchObject({
    name: "KMSInvalidStateException",
    message: expect.stringContaining("is pending deletion"),
  });
});

it("logs: a log group", async () => {
  const { logs } = sandbox.clients;
  const logGroupName = "/aws/lambda/f";
  await logs.send(
    new logsSdk.CreateLogGroupCommand({ logGroupName, logGroupClass: "STANDARD", tags: { k: "v" } }),
  );
  await logs.send(new logsSdk.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 30 }));
  const found = async () =>
    (await logs.send(new logsSdk.DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }))).logGroups;
  const arn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${logGroupName}`;
  expect(await found()).toMatchObject([
    { logGroupName, arn: `${arn}:*`, retentionInDays: 30, logGroupClass: "STANDARD" },
  ]);
  const tags = await logs.send(new logsSdk.ListTagsForResourceCommand({ resourceArn: arn }));
  expect(tags.tags).toEqual({ k: "v" });
  await logs.send(new logsSdk.DeleteLogGroupCommand({ logGroupName }));
  expect(await found()).toEqual([]);
  await isGone(logs.send(new logsSdk.DeleteLogGroupCommand({ logGroupName })), "ResourceNotFoundException");
});

it("sqs: a queue and its policy", async () => {
  const { sqs } = sandbox.clients;
  // The provider sends each default, and waits until the queue shows them.
  const Attributes = {
    DelaySeconds: "0",
    MaximumMessageSize: "1048576",
    MessageRetentionPeriod: "1209600",
    ReceiveMessageWaitTimeSeconds: "0",
    VisibilityTimeout: "30",
    SqsManagedSseEnabled: "true",
  };
  const { QueueUrl } = await sqs.send(
    new sqsSdk.CreateQueueCommand({ QueueName: "dead-letters", Attributes, tags: { k: "v" } }),
  );
  // The name is read from a path of two parts.
  expect(new URL(QueueUrl ?? "").pathname).toBe(`/${ACCOUNT}/dead-letters`);
  const attributes = async (name: sqsSdk.QueueAttributeName = "All") =>
    (await sqs.send(new sqsSdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }))).Attributes;
  expect(await attributes()).toMatchObject(Attributes);
  expect((await sqs.send(new sqsSdk.ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ k: "v" });

  const set = (Policy: string) =>
    sqs.send(new sqsSdk.SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const Policy = allow("sqs:SendMessage", { Principal: { Service: "sns.amazonaws.com" } });
  await set(Policy);
  expect(await attributes("Policy")).toEqual({ Policy });
  await set("");
  expect(await attributes("Policy")).toBeUndefined();
  await sqs.send(new sqsSdk.DeleteQueueCommand({ QueueUrl }));
  await isGone(attributes(), "QueueDoesNotExist");
  await isGone(sqs.send(new sqsSdk.DeleteQueueCommand({ QueueUrl })), "QueueDoesNotExist");
});

it("sns: a topic, its policy and its subscription", async () => {
  const { sns, sqs } = sandbox.clients;
  const { TopicArn = "" } = await sns.send(
    new snsSdk.CreateTopicCommand({ Name: "alerts", Attributes: { DisplayName: "d" }, Tags: TAGS }),
  );
  const topic = async () => (await sns.send(new snsSdk.GetTopicAttributesCommand({ TopicArn }))).Attributes;
  expect(await topic()).toMatchObject({ TopicArn, Owner: ACCOUNT, DisplayName: "d" });
  const tagged = new snsSdk.ListTagsForResourceCommand({ ResourceArn: TopicArn });
  expect((await sns.send(tagged)).Tags).toEqual(TAGS);

  const set = (AttributeName: string, AttributeValue: string) =>
    sns.send(new snsSdk.SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  const initial = (await topic())?.Policy ?? "";
  const Policy = allow("sns:Publish", { Principal: { Service: "iot.amazonaws.com" }, Resource: TopicArn });
  await set("Policy", Policy);
  expect(await topic()).toMatchObject({ Policy });
  // A policy cannot be taken away; a stack without it gets the one that topics begin with.
  await set("Policy", initial);
  await set("KmsMasterKeyId", "");
  expect(await topic()).not.toHaveProperty("KmsMasterKeyId");

  const queueOf = async (QueueName: string) => {
    const { QueueUrl } = await sqs.send(new sqsSdk.CreateQueueCommand({ QueueName }));
    return { QueueUrl, arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:${QueueName}` };
  };
  const { arn: Endpoint } = await queueOf("mail");
  const { SubscriptionArn } = await sns.send(
    new snsSdk.SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint,
      ReturnSubscriptionArn: true,
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Endpoint }) },
    }),
  );
  const subscription = async () =>
    (await sns.send(new snsSdk.GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes;
  expect(await subscription()).toMatchObject({
    PendingConfirmation: "false",
    ConfirmationWasAuthenticated: "true",
    RawMessageDelivery: "false",
    Owner: ACCOUNT,
    Protocol: "sqs",
    Endpoint,
    TopicArn,
  });
  // The one attribute that is taken away without a value, and the one that is by `{}`.
  await sns.send(
    new snsSdk.SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: "RedrivePolicy" }),
  );
  expect(await subscription()).not.toHaveProperty("RedrivePolicy");
  await sns.send(
    new snsSdk.SetSubscriptionAttributesCommand({
      SubscriptionArn,
      AttributeName: "FilterPolicy",
      AttributeValue: "{}",
    }),
  );

  await sns.send(new snsSdk.UnsubscribeCommand({ SubscriptionArn }));
  await isGone(subscription(), "NotFoundException");
  await sns.send(new snsSdk.DeleteTopicCommand({ TopicArn }));
  await isGone(topic(), "NotFoundException");
});

async function mapQueue(FunctionName: string, functionArn: string): Promise<void> {
  const { iam, lambda, sqs } = sandbox.clients;
  const PolicyDocument = allow("sqs:*");
  await iam.send(
    new iamSdk.PutRolePolicyCommand({ RoleName: "callback", PolicyName: "takes", PolicyDocument }),
  );
  await sqs.send(new sqsSdk.CreateQueueCommand({ QueueName: "mapped" }));
  const EventSourceArn = `arn:aws:sqs:us-east-1:${ACCOUNT}:mapped`;
  const { UUID, EventSourceMappingArn } = await lambda.send(
    new lambdaSdk.CreateEventSourceMappingCommand({ EventSourceArn, FunctionName, Tags: { k: "v" } }),
  );
  const mapping = () => lambda.send(new lambdaSdk.GetEventSourceMappingCommand({ UUID }));
  expect(await mapping()).toMatchObject({ State: "Enabled", EventSourceArn, FunctionArn: functionArn });
  const tags = new lambdaSdk.ListTagsCommand({ Resource: EventSourceMappingArn });
  expect((await lambda.send(tags)).Tags).toEqual({ k: "v" });
  await lambda.send(new lambdaSdk.UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  expect(await mapping()).toMatchObject({ State: "Disabled" });
  await lambda.send(new lambdaSdk.DeleteEventSourceMappingCommand({ UUID }));
  await isGone(mapping(), "ResourceNotFoundException");
}

it("lambda: a function, its permission and how it is invoked", async () => {
  const { lambda } = sandbox.clients;
  const FunctionName = "f";
  const arn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`;
  await lambda.send(
    new lambdaSdk.CreateFunctionCommand({
      FunctionName,
      Role: await makeRole("callback", "lambda.amazonaws.com"),
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      Code: { ZipFile: zip({ "index.js": "exports.handler = async () => 1;" }) },
      Tags: { k: "v" },
    }),
  );
  await lambda.send(
    new lambdaSdk.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 5 }),
  );
  const found = () => lambda.send(new lambdaSdk.GetFunctionCommand({ FunctionName }));
  expect(await found()).toMatchObject({
    Configuration: { State: "Active", LastUpdateStatus: "Successful", PackageType: "Zip" },
    Code: { RepositoryType: "S3" },
    Concurrency: { ReservedConcurrentExecutions: 5 },
    Tags: { k: "v" },
  });
  const versions = new lambdaSdk.ListVersionsByFunctionCommand({ FunctionName, MaxItems: 10_000 });
  expect((await lambda.send(versions)).Versions?.at(-1)).toMatchObject({
    Version: "$LATEST",
    FunctionArn: `${arn}:$LATEST`,
  });
  const signing = new lambdaSdk.GetFunctionCodeSigningConfigCommand({ FunctionName });
  expect((await lambda.send(signing)).CodeSigningConfigArn).toBeUndefined();

  await mapQueue(FunctionName, arn);

  const StatementId = "from-sns";
  await lambda.send(
    new lambdaSdk.AddPermissionCommand({
      FunctionName,
      StatementId,
      Action: "lambda:InvokeFunction",
      Principal: "sns.amazonaws.com",
      SourceArn: `arn:aws:sns:us-east-1:${ACCOUNT}:alerts`,
    }),
  );
  const policy = () => lambda.send(new lambdaSdk.GetPolicyCommand({ FunctionName }));
  expect(JSON.parse((await policy()).Policy ?? "").Statement).toMatchObject([
    { Sid: StatementId, Principal: { Service: "sns.amazonaws.com" }, Resource: arn },
  ]);
  await lambda.send(
    new lambdaSdk.PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 2 }),
  );
  const config = () => lambda.send(new lambdaSdk.GetFunctionEventInvokeConfigCommand({ FunctionName }));
  expect(await config()).toMatchObject({ FunctionArn: `${arn}:$LATEST`, MaximumRetryAttempts: 2 });

  await lambda.send(new lambdaSdk.DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
  await isGone(config(), "ResourceNotFoundException");
  await lambda.send(new lambdaSdk.RemovePermissionCommand({ FunctionName, StatementId }));
  await isGone(policy(), "ResourceNotFoundException");
  await lambda.send(new lambdaSdk.DeleteFunctionCommand({ FunctionName }));
  await isGone(found(), "ResourceNotFoundException");
});
