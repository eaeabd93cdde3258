import { AttachSecurityProfileCommand, ListTargetsForSecurityProfileCommand } from "@aws-sdk/client-iot";
import { type CheckResponse, DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { fromStruct, UNKNOWN } from "../../../pulumi-host/resources/property-values";
import { type EmptySandbox, startEmptySandbox } from "../../sandbox/support/empty-sandbox";
import { type CallFailed, startProvider, type TestProvider, urnOf } from "./engine-client";

const TOPIC = urnOf("aws:sns/topic:Topic", "alerts");
const LOG_GROUP = urnOf("aws:cloudwatch/logGroup:LogGroup", "log");
const PROFILE = urnOf("aws-native:iot:SecurityProfile", "profile");
const ALL_THINGS = "arn:aws:iot:us-east-1:123456789012:all/things";
const REGISTERED = "arn:aws:iot:us-east-1:123456789012:all/registered-things";

let sandbox: EmptySandbox;
let aws: TestProvider;
let native: TestProvider;

beforeAll(async () => {
  sandbox = await startEmptySandbox();
  aws = await startProvider("aws", sandbox.endpoint);
  native = await startProvider("aws-native", sandbox.endpoint);
  await aws.configure({ region: "us-east-1" });
  await native.configure({ region: "us-east-1", allowedAccountIds: '["123456789012"]' });
});

afterAll(async () => {
  aws.stop();
  native.stop();
  await sandbox.stop();
});

describe("a stand-in provider's configuration", () => {
  test("announces previews, and the version of the SDK that the program uses", async () => {
    const response = await aws.configure({ region: "us-east-1" });
    expect(response.getSupportspreview()).toBe(true);
    expect((await aws.info()).getVersion()).toMatch(/^7\.\d+\.\d+\+sandbox$/);
  });

  test("is refused by name where the stand-in does not honour it", async () => {
    const response = await aws.checkConfig({ region: "us-east-1", profile: "prod", accessKey: "x" });
    expect(response.getFailuresList().map((failure) => failure.getProperty())).toEqual(["profile"]);
  });

  test.each([
    [
      "of an account that is not allowed",
      { region: "us-east-1", allowedAccountIds: '["999999999999"]' },
      /^account ID not allowed \(123456789012\)$/,
    ],
    [
      "of a forbidden account",
      { region: "us-east-1", forbiddenAccountIds: ["123456789012"], skipCredentialsValidation: "false" },
      /^forbidden account ID \(123456789012\)$/,
    ],
    ["without a region", {}, /pulumi config set aws:region/],
  ])("%s is refused", async (_what, config, message) => {
    const provider = await startProvider("aws-native", sandbox.endpoint);
    await expect(provider.configure(config)).rejects.toThrow(message);
    await expect(provider.create(PROFILE, {})).rejects.toThrow(/not been configured/);
    provider.stop();
  });

  test.each([
    ["by its property, as the SDK sets it", { skipCredentialsValidation: "true" }, {}],
    ["by the environment", {}, { AWS_SKIP_CREDENTIALS_VALIDATION: "true" }],
  ])("of any account is taken where the plugin is told %s not to ask", async (_how, more, env) => {
    const provider = await startProvider("aws-native", sandbox.endpoint, env);
    const config = { region: "us-east-1", allowedAccountIds: '["999999999999"]' };
    await provider.configure({ ...config, ...more });
    const made = await provider.create(PROFILE, { securityProfileName: "Unguarded" });
    await provider.remove(PROFILE, made.getId());
    provider.stop();
  });

  test("takes the region of the environment where there is no other", async () => {
    const provider = await startProvider("aws", sandbox.endpoint, { AWS_REGION: "eu-west-1" });
    await provider.configure({});
    expect(await provider.invoke("aws:index/getRegion:getRegion")).toMatchObject({ region: "eu-west-1" });
    provider.stop();
  });

  test("says what to start where there is no sandbox", async () => {
    const provider = await startProvider("aws", "http://127.0.0.1:9");
    await expect(provider.configure({ region: "us-east-1" })).rejects.toThrow(/npm run sandbox/);
    provider.stop();
  });

  test("differs where a property differs, and replaces nothing", async () => {
    const response = await native.diffConfig({ region: "a" }, { region: "b", token: "t" });
    expect(response.getDiffsList()).toEqual(["region", "token"]);
    expect(response.getReplacesList()).toEqual([]);
  });
});

describe("functions of the provider", () => {
  test("are answered from the sandbox", async () => {
    const identity = await aws.invoke("aws:index/getCallerIdentity:getCallerIdentity");
    const endpoint = await aws.invoke("aws:iot/getEndpoint:getEndpoint", { endpointType: "iot:Data-ATS" });
    expect(identity).toMatchObject({ accountId: "123456789012" });
    expect(endpoint).toMatchObject({ endpointAddress: new URL(sandbox.endpoint).host });
    expect(await aws.invoke("aws:index/getPartition:getPartition")).toMatchObject({ partition: "aws" });
  });

  test("that it does not know fail by name", async () => {
    await expect(aws.invoke("aws:ec2/getVpc:getVpc")).rejects.toThrow(/aws:ec2\/getVpc:getVpc/);
  });
});

describe("a check", () => {
  test("fails unknown inputs by name, and types by theirs", async () => {
    const response = await aws.check(TOPIC, { name: "a", fifoTopic: true, signatureVersion: 2 });
    expect(response.getFailuresList().map((failure) => failure.getProperty())).toEqual([
      "fifoTopic",
      "signatureVersion",
    ]);
    await expect(aws.check(urnOf("aws:s3/bucket:Bucket", "b"), {})).rejects.toThrow(/aws:s3\/bucket:Bucket/);
  });

  test("fails unknown properties inside objects and lists by their path", async () => {
    const failures = async (made: Promise<CheckResponse>) =>
      (await made).getFailuresList().map((failure) => failure.getProperty());
    const group = {
      properties: { descripton: "x", attributePayload: { attributes: { any: "1" }, merge: true } },
    };
    expect(await failures(aws.check(urnOf("aws:iot/thingGroup:ThingGroup", "g"), group))).toEqual([
      "properties.attributePayload.merge",
      "properties.descripton",
    ]);
    const lambda = { environment: { variables: { ANY: "1" }, variable: {} } };
    expect(await failures(aws.check(urnOf("aws:lambda/function:Function", "f"), lambda))).toEqual([
      "environment.variable",
    ]);
    const invoke = { destinationConfig: { onFailure: { destination: UNKNOWN, arn: "x" }, onError: {} } };
    const config = urnOf("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "c");
    expect(await failures(aws.check(config, invoke))).toEqual([
      "destinationConfig.onError",
      "destinationConfig.onFailure.arn",
    ]);
    const profile = {
      behaviors: [{ name: "A" }, { name: "B", metrik: "x", criteria: { value: { count: "1", counts: [] } } }],
      alertTargets: { SNS: { alertTargetArn: "a", roleArn: UNKNOWN, arn: "x" } },
      tags: [{ key: "a", value: "b", Key: "a" }],
      targetArns: UNKNOWN,
      securityProfileArn: "only AWS sets it",
    };
    expect(await failures(native.check(PROFILE, profile))).toEqual([
      "alertTargets.SNS.arn",
      "behaviors[1].criteria.value.counts",
      "behaviors[1].metrik",
      "securityProfileArn",
      "tags[0].Key",
    ]);
  });

  test("names a resource after its logical name, the same with the same seed, and keeps a name that it made", async () => {
    const nameOf = async (more: Parameters<TestProvider["check"]>[2]) =>
      fromStruct((await aws.check(TOPIC, {}, more)).getInputs()).name;
    const name = await nameOf({ seed: "one" });
    expect(name).toMatch(/^alerts-[0-9a-f]{7}$/);
    expect(await nameOf({ seed: "one" })).toBe(name);
    expect(await nameOf({ seed: "two" })).not.toBe(name);
    expect(await nameOf({ proposed: "proposed" })).toBe("proposed");
    const olds = fromStruct((await aws.check(TOPIC, {}, { proposed: "earlier" })).getInputs());
    expect(await nameOf({ olds, proposed: "proposed" })).toBe("earlier");
    // A state without a note may be of a provider that took none.
    expect(await nameOf({ olds: { name: "earlier" }, proposed: "proposed" })).toBe("earlier");
  });

  test("gives up a name that the program gave once and drops, but for aws-native", async () => {
    const olds = fromStruct((await aws.check(TOPIC, { name: "given" })).getInputs());
    const topic = fromStruct((await aws.check(TOPIC, {}, { olds, proposed: "proposed" })).getInputs());
    expect(topic.name).toBe("proposed");
    const more = { olds: { securityProfileName: "given" }, proposed: "proposed" };
    const profile = fromStruct((await native.check(PROFILE, {}, more)).getInputs());
    expect(profile).toEqual({ securityProfileName: "given" });
  });

  test("takes what the engine's messages may hold, and an absent value for none", async () => {
    const inputs = { name: "a", displayName: null, policy: "x".repeat(5_000_000) };
    const response = await aws.check(TOPIC, inputs);
    expect(response.getFailuresList().map((failure) => failure.getProperty())).toEqual(["policy"]);
    expect(fromStruct(response.getInputs())).not.toHaveProperty("displayName");
  });

  test("leaves a given name as it is", async () => {
    const inputs = fromStruct((await aws.check(TOPIC, { name: "given" })).getInputs());
    expect(inputs).toEqual({ name: "given", __defaults: [] });
  });
});

describe("a preview", () => {
  test("of a new resource knows its inputs and nothing that AWS alone can tell, and makes nothing", async () => {
    const response = await aws.create(TOPIC, { name: "previewed" }, true);
    expect(response.getId()).toBe("");
    expect(fromStruct(response.getProperties())).toEqual({
      name: "previewed",
      arn: UNKNOWN,
      owner: UNKNOWN,
      tagsAll: UNKNOWN,
      policy: UNKNOWN,
      signatureVersion: UNKNOWN,
      tracingConfig: UNKNOWN,
      namePrefix: UNKNOWN,
    });
    const role = urnOf("aws:iam/role:Role", "r");
    const planned = await aws.create(role, { name: "r", managedPolicyArns: ["known"] }, true);
    expect(fromStruct(planned.getProperties())).toMatchObject({
      inlinePolicies: UNKNOWN,
      managedPolicyArns: ["known"],
    });
    expect((await aws.read(TOPIC, "arn:aws:sns:us-east-1:123456789012:previewed")).getId()).toBe("");
  });

  test("of an update keeps what it does not change", async () => {
    const urn = urnOf("aws:iot/policy:Policy", "p");
    const response = await aws.update(urn, "p", {
      state: { name: "p", policy: "{}", arn: "arn", defaultVersionId: "1" },
      oldInputs: { name: "p", policy: "{}" },
      news: { name: "p", policy: '{"a":1}' },
      preview: true,
    });
    expect(fromStruct(response.getProperties())).toEqual({
      name: "p",
      policy: '{"a":1}',
      arn: "arn",
      defaultVersionId: UNKNOWN,
    });
  });
});

describe("a diff", () => {
  const { DiffChanges } = DiffResponse;
  const { Kind } = PropertyDiff;

  test("is detailed, and says what replaces", async () => {
    const old = { name: "a", displayName: "x", tags: { a: "1", "b:c": "1", same: "1" } };
    const tags = { a: "2", d: "1", same: "1" };
    const response = await aws.diff(TOPIC, old, old, { name: "b", tags, kmsMasterKeyId: "k" });
    expect(response.getChanges()).toBe(DiffChanges.DIFF_SOME);
    expect(response.getHasdetaileddiff()).toBe(true);
    expect(response.getDiffsList()).toEqual(["name", "kmsMasterKeyId", "displayName", "tags"]);
    const detailed = response.getDetaileddiffMap().toObject(false, (_, detail) => detail.getKind());
    expect(Object.fromEntries(detailed)).toEqual({
      name: Kind.UPDATE_REPLACE,
      kmsMasterKeyId: Kind.ADD,
      displayName: Kind.DELETE,
      "tags.a": Kind.UPDATE,
      "tags.d": Kind.ADD,
      'tags["b:c"]': Kind.DELETE,
    });
    expect(response.getReplacesList()).toEqual(["name"]);
    expect(response.getDeletebeforereplace()).toBe(false);
  });

  test("finds nothing where nothing differs, and an unknown value always", async () => {
    const same = await aws.diff(TOPIC, { name: "a" }, { name: "a" }, { name: "a" });
    const unknown = await aws.diff(
      TOPIC,
      { name: "a" },
      { name: "a" },
      { name: "a", kmsMasterKeyId: UNKNOWN },
    );
    expect(same.getChanges()).toBe(DiffChanges.DIFF_NONE);
    expect(unknown.getDiffsList()).toEqual(["kmsMasterKeyId"]);
  });

  test("leaves what the program ignores as it is, and sees what else changes", async () => {
    const old = { name: "a", displayName: "a person's" };
    const news = { name: "a", displayName: "the program's", kmsMasterKeyId: "k" };
    const response = await aws.diff(TOPIC, old, { ...old, displayName: "before" }, news, ["displayName"]);
    expect(response.getDiffsList()).toEqual(["kmsMasterKeyId"]);
  });

  test("deletes first where two could not bear the one name", async () => {
    const group = urnOf("aws:iot/thingGroup:ThingGroup", "g");
    const old = { name: "g", parentGroupName: "a" };
    const named = await aws.diff(group, old, old, { name: "g", parentGroupName: "b" });
    const made = { ...old, name: "g-0123abc" };
    const automatic = await aws.diff(group, made, made, { ...made, parentGroupName: "b" });
    expect(named.getDeletebeforereplace()).toBe(true);
    expect(automatic.getDeletebeforereplace()).toBe(false);
  });
});

describe("a resource that is partly made", () => {
  const failureOf = (made: Promise<unknown>) =>
    made.then(
      () => undefined,
      (error: CallFailed) => error,
    );

  test("is told to the engine with what there is of it, and completed by the next update", async () => {
    const inputs = { name: "/partly", retentionInDays: 2 };
    const failed = await failureOf(aws.create(LOG_GROUP, inputs));
    expect(failed?.message).toMatch(/retentionInDays/);
    const state = { name: "/partly", retentionInDays: 0 };
    expect(failed?.partial).toMatchObject({ id: "/partly", inputs, state });
    const news = { ...inputs, retentionInDays: 3 };
    const done = await aws.update(LOG_GROUP, "/partly", {
      state: failed?.partial?.state ?? {},
      oldInputs: inputs,
      news,
    });
    expect(fromStruct(done.getProperties())).toMatchObject(news);
  });

  test("a profile whose sixth attachment fails has no such target, and the next update attaches it", async () => {
    for (const index of [1, 2, 3, 4, 5]) {
      await native.create(PROFILE, { securityProfileName: `crowd${index}`, targetArns: [ALL_THINGS] });
    }
    const inputs = { securityProfileName: "sixth", targetArns: [REGISTERED, ALL_THINGS] };
    const failed = await failureOf(native.create(PROFILE, inputs));
    expect(failed?.partial).toMatchObject({ id: "sixth", inputs, state: { targetArns: [REGISTERED] } });
    await native.remove(PROFILE, "crowd1");
    const state = failed?.partial?.state ?? {};
    await native.update(PROFILE, "sixth", { state, oldInputs: inputs, news: inputs });
    const { securityProfileTargets = [] } = await sandbox.clients.iot.send(
      new ListTargetsForSecurityProfileCommand({ securityProfileName: "sixth" }),
    );
    expect(securityProfileTargets.map(({ arn }) => arn).sort()).toEqual([REGISTERED, ALL_THINGS]);
  });

  test("a profile that is somebody else's is not taken for one's own", async () => {
    await native.create(PROFILE, { securityProfileName: "theirs" });
    const failed = await failureOf(
      native.create(PROFILE, { securityProfileName: "theirs", securityProfileDescription: "mine" }),
    );
    expect(failed?.message).toMatch(/AlreadyExists/);
    expect(failed?.partial).toBeUndefined();
  });
});

describe("what is done behind Pulumi's back", () => {
  test("is found by a read: a target more, and a resource that is gone", async () => {
    const inputs = { securityProfileName: "drift", targetArns: [REGISTERED] };
    const made = await native.create(PROFILE, inputs);
    await sandbox.clients.iot.send(
      new AttachSecurityProfileCommand({
        securityProfileName: "drift",
        securityProfileTargetArn: "arn:aws:iot:us-east-1:123456789012:all/unregistered-things",
      }),
    );
    const found = await native.read(PROFILE, "drift", inputs, fromStruct(made.getProperties()));
    expect(fromStruct(found.getInputs()).targetArns).toHaveLength(2);
    await native.remove(PROFILE, "drift", inputs);
    expect((await native.read(PROFILE, "drift", inputs)).getId()).toBe("");
  });

  test("what nothing is known of is imported with all that AWS has, but for its defaults", async () => {
    await aws.create(TOPIC, { name: "imported", displayName: "x" });
    const found = await aws.read(TOPIC, "arn:aws:sns:us-east-1:123456789012:imported");
    expect(fromStruct(found.getInputs())).toEqual({ name: "imported", displayName: "x" });
  });

  test("a permission is imported by the name of its function and its statement's id", async () => {
    const urn = urnOf("aws:lambda/permission:Permission", "p");
    expect((await aws.read(urn, "no-such-function/statement")).getId()).toBe("");
  });
});
