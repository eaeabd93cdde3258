import type { CloudControlClient, UpdateResourceCommand } from "@aws-sdk/client-cloudcontrol";
import { ListPolicyVersionsCommand } from "@aws-sdk/client-iot";
import type { HandlerContext, ResourceHandler } from "../../../../pulumi-host/resources/handler";
import { HANDLERS } from "../../../../pulumi-host/resources/handlers/table";
import {
  create,
  diff,
  PartialState,
  read,
  remove,
  update,
} from "../../../../pulumi-host/resources/lifecycle";
import type { Properties } from "../../../../pulumi-host/resources/property-values";
import { sameValue } from "../../../../pulumi-host/resources/same-value";
import { type EmptySandbox, startEmptySandbox } from "../../../sandbox/support/empty-sandbox";
import { allow, type HandlerCase } from "./case";
import { handlerCases } from "./cases";
import { type Fixtures, makeFixtures } from "./fixtures";

let sandbox: EmptySandbox;
let context: HandlerContext;
let fixtures: Fixtures;
let cases: ReadonlyMap<string, HandlerCase>;

const handlerOf = (type: string): ResourceHandler => {
  const handler = HANDLERS[type];
  if (!handler) throw new Error(`no handler of ${type}`);
  return handler;
};

/** Inputs that are nobody's drift while the program sets none: by Terraform's schemas, or for being aws-native's. */
const ownedByAws = (type: string): readonly string[] =>
  ({
    "aws:dynamodb/table:Table": ["pointInTimeRecovery"],
    "aws:kms/key:Key": ["description", "policy"],
    "aws:lambda/function:Function": ["architectures"],
    "aws:sns/topicSubscription:TopicSubscription": ["filterPolicyScope"],
    "aws:sqs/queue:Queue": ["policy", "redrivePolicy", "sqsManagedSseEnabled"],
    "aws-native:iot:SecurityProfile": ["securityProfileDescription", "behaviors", "targetArns", "tags"],
  })[type] ?? [];

const make = (type: string, inputs: Properties) => create(handlerOf(type), inputs, context);

beforeAll(async () => {
  sandbox = await startEmptySandbox();
  context = { clients: sandbox.clients, folder: __dirname };
  fixtures = await makeFixtures(context);
  cases = new Map(handlerCases(fixtures).map((one) => [one.type, one]));
});

afterAll(() => sandbox.stop());

const caseOf = (type: string): HandlerCase => {
  const found = cases.get(type);
  if (!found) throw new Error(`There is no case of ${type}: add one.`);
  return found;
};

/** What an SDK client sees; nothing when it is told that there is nothing. */
const seenNow = ({ seen }: HandlerCase, id: string) =>
  seen(sandbox.clients, id).catch((error: Error) => {
    if (/NotFound|NoSuchEntity|NonExistent|DoesNotExist/.test(error.name)) return undefined;
    throw error;
  });

describe.each(Object.keys(HANDLERS))("%s", (type) => {
  test("is made, read without a difference, changed in place, found changed, and deleted, as an SDK client sees it", async () => {
    const one = caseOf(type);
    const handler = handlerOf(type);
    const { id, state } = await make(type, one.inputs);
    expect(await seenNow(one, id)).toEqual(one.before);
    for (const output of handler.computed) {
      if (output === "invokeArn" || output === "sourceCodeHash") continue;
      expect([output, state[output]]).not.toEqual([output, undefined]);
    }

    const kept = { inputs: one.inputs, state };
    const unchanged = await read(handler, { id, kept }, context);
    expect(unchanged?.inputs).toEqual(one.inputs);
    expect(diff(handler, { type, name: "x" }, kept, one.inputs).differences).toEqual(new Map());

    let current = kept;
    if (one.change) {
      const wanted = Object.fromEntries(
        Object.entries({ ...one.inputs, ...one.change }).filter(([, value]) => value !== undefined),
      );
      const planned = diff(handler, { type, name: "x" }, kept, wanted).differences;
      expect([...planned.keys()].sort()).toEqual(Object.keys(one.change).sort());
      expect([...planned.values()].some(({ replaces }) => replaces)).toBe(false);
      const changed = await update(handler, { id, kept, wanted }, context);
      expect(await seenNow(one, id)).toEqual(one.after);
      // A preview must not show as known what the update changes.
      const moved = handler.computed.filter(
        (output) => output !== "tagsAll" && !sameValue(state[output], changed[output]),
      );
      expect(handler.volatile ?? []).toEqual(expect.arrayContaining(moved));
      current = { inputs: wanted, state: changed };
      expect(diff(handler, { type, name: "x" }, current, wanted).differences).toEqual(new Map());

      // What somebody else changed back is found by a refresh, and by the diff that follows.
      await update(handler, { id, kept: current, wanted: one.inputs }, context);
      const drifted = await read(handler, { id, kept: current }, context);
      const visible = Object.keys(one.change).filter((name) => !handler.writeOnly?.includes(name));
      const known = { inputs: drifted?.inputs ?? {}, state: drifted?.state ?? {} };
      const found = diff(handler, { type, name: "x" }, known, wanted).differences;
      expect([...found.keys()]).toEqual(
        expect.arrayContaining(visible.filter((name) => wanted[name] !== undefined)),
      );
    } else {
      expect(handler.update).toBeUndefined();
      expect([...handler.createOnly].sort()).toEqual([...handler.inputs].sort());
    }

    await remove(handler, { id, kept: current }, context);
    expect(await seenNow(one, id)).toBeFalsy();
    // A topic is never without a policy: the default one is back.
    if (type !== "aws:sns/topicPolicy:TopicPolicy") {
      expect(await read(handler, { id, kept: current }, context)).toBeUndefined();
    }
    await expect(remove(handler, { id, kept: current }, context)).resolves.toBeUndefined();
  });

  test("is replaced when an input that AWS cannot change differs, and only then", () => {
    const { inputs, replacing } = caseOf(type);
    const handler = handlerOf(type);
    const found = handler.inputs.filter((name) => {
      const wanted = { ...inputs, [name]: "another" };
      const { differences } = diff(handler, { type, name: "x" }, { inputs, state: inputs }, wanted);
      return differences.get(name)?.replaces;
    });
    expect(found.sort()).toEqual([...replacing].sort());
  });

  test("with no more than it needs shows no difference; what others set of the rest is found", async () => {
    const { least, change = {} } = caseOf(type);
    const handler = handlerOf(type);
    const { id, state } = await make(type, least);
    const kept = { inputs: least, state };
    expect(diff(handler, { type, name: "x" }, kept, least).differences).toEqual(new Map());
    const told = { ...handler.computedIfAbsent, ...handler.defaults };
    for (const name of Object.keys(told)) expect([name, state[name]]).not.toEqual([name, undefined]);
    const unchanged = await read(handler, { id, kept }, context);
    expect(unchanged?.inputs).toEqual(least);

    const foreign = Object.entries(change).filter(
      ([name, value]) => value !== undefined && !(name in least) && value !== handler.defaults?.[name],
    );
    if (foreign.length > 0) {
      const wanted = { ...least, ...Object.fromEntries(foreign) };
      await update(handler, { id, kept, wanted }, context);
      const { inputs = {}, state: seen = {} } = (await read(handler, { id, kept }, context)) ?? {};
      const { differences } = diff(handler, { type, name: "x" }, { inputs, state: seen }, least);
      // The real aws-native looks at nothing that a program does not set.
      const business = foreign.map(([name]) => name).filter((name) => !ownedByAws(type).includes(name));
      expect([...differences.keys()].sort()).toEqual(business.sort());
      await update(handler, { id, kept: { inputs, state: seen }, wanted: least }, context);
      const restored = await read(handler, { id, kept }, context);
      const after = { inputs: least, state: restored?.state ?? {} };
      expect(diff(handler, { type, name: "x" }, after, least).differences).toEqual(new Map());
    }
    await remove(handler, { id, kept }, context);
  });
});

test.each<[string, Properties, Properties]>([
  [
    "aws:sqs/queue:Queue",
    { name: "bare" },
    { policy: "", redrivePolicy: "", kmsMasterKeyId: "", namePrefix: "" },
  ],
  ["aws:sns/topic:Topic", { name: "bare" }, { signatureVersion: 0, tracingConfig: "", displayName: "" }],
  ["aws:kms/key:Key", {}, { description: "", multiRegion: false, rotationPeriodInDays: 0 }],
  ["aws:cloudwatch/logGroup:LogGroup", { name: "/bare" }, { logGroupClass: "STANDARD", retentionInDays: 0 }],
])(
  "what nobody has set of %s is told as the provider tells it, and not left out",
  async (type, inputs, told) => {
    expect((await make(type, inputs)).state).toMatchObject(told);
  },
);

test("a role tells its policies, also those that others made, and none as an empty list", async () => {
  const type = "aws:iam/role:Role";
  const inputs = { ...caseOf(type).least, name: "bare" };
  const { id, state } = await make(type, inputs);
  expect(state).toMatchObject({ inlinePolicies: [], managedPolicyArns: [], permissionsBoundary: "" });
  const policy = allow({ Action: "sns:Publish", Resource: "*" });
  await make("aws:iam/rolePolicy:RolePolicy", { name: "p", role: "bare", policy });
  const found = await read(handlerOf(type), { id, kept: { inputs, state } }, context);
  expect(found?.state).toMatchObject({ inlinePolicies: [{ name: "p", policy }] });
  expect(found?.inputs).toEqual(inputs);
});

test("a policy that changes again and again keeps no more versions than AWS does", async () => {
  const type = "aws:iot/policy:Policy";
  const documentOf = (count: number) =>
    allow({ Action: "iot:Connect", Resource: `arn:aws:iot:us-east-1:123456789012:client/${count}` });
  let kept = { inputs: { name: "busy", policy: documentOf(0) } as Properties, state: {} as Properties };
  const { id, state } = await make(type, kept.inputs);
  kept = { ...kept, state };
  for (let count = 1; count <= 7; count++) {
    const wanted = { name: "busy", policy: documentOf(count) };
    kept = { inputs: wanted, state: await update(handlerOf(type), { id, kept, wanted }, context) };
  }
  expect(kept.state).toMatchObject({ policy: documentOf(7), defaultVersionId: "8" });
  const { policyVersions = [] } = await sandbox.clients.iot.send(
    new ListPolicyVersionsCommand({ policyName: "busy" }),
  );
  expect(policyVersions.map(({ versionId }) => versionId).sort()).toEqual(["4", "5", "6", "7", "8"]);
});

test("a function's architecture alone is changed with its code", async () => {
  const type = "aws:lambda/function:Function";
  const { least } = caseOf(type);
  const inputs = { ...least, name: "arch" };
  const { id, state } = await make(type, inputs);
  const wanted = { ...inputs, architectures: ["arm64"] };
  const changed = await update(handlerOf(type), { id, kept: { inputs, state }, wanted }, context);
  expect(changed.architectures).toEqual(["arm64"]);
});

test("a subscription of a queue is told to deliver raw, and a log group is not taken for another", async () => {
  const { queueArn, secondTopicArn } = fixtures;
  const type = "aws:sns/topicSubscription:TopicSubscription";
  const inputs = { topic: secondTopicArn, protocol: "sqs", endpoint: queueArn };
  const { id, state } = await make(type, inputs);
  const wanted = { ...inputs, rawMessageDelivery: true };
  const changed = await update(handlerOf(type), { id, kept: { inputs, state }, wanted }, context);
  expect(changed.rawMessageDelivery).toBe(true);

  const logGroup = "aws:cloudwatch/logGroup:LogGroup";
  await make(logGroup, { name: "/app-longer" });
  const kept = { inputs: { name: "/app" }, state: { name: "/app" } };
  expect(await read(handlerOf(logGroup), { id: "/app", kept }, context)).toBeUndefined();
});

test("of a profile only what differs is sent, whole, and what is dropped is removed", async () => {
  const securityProfile = handlerOf("aws-native:iot:SecurityProfile");
  const patches: unknown[] = [];
  const send = async ({ input }: UpdateResourceCommand) => {
    patches.push(JSON.parse(input.PatchDocument ?? ""));
    return { ProgressEvent: { OperationStatus: "SUCCESS", Identifier: "p" } };
  };
  const clients = { ...context.clients, cloudControl: { send } as unknown as CloudControlClient };
  const old = { securityProfileDescription: "x", behaviors: [{ name: "A" }], targetArns: ["a"] };
  const inputs = { behaviors: [{ name: "A" }, { name: "B" }], targetArns: ["a"], tags: [] };
  const changed = new Set(["securityProfileDescription", "behaviors", "tags"]);
  await securityProfile.update?.({ id: "p", old, inputs, changed }, { ...context, clients });
  expect(patches).toEqual([
    [
      { op: "remove", path: "/SecurityProfileDescription" },
      { op: "replace", path: "/Behaviors", value: [{ Name: "A" }, { Name: "B" }] },
      { op: "add", path: "/Tags", value: [] },
    ],
  ]);
});

test("a name of digits is text all the same", async () => {
  const type = "aws:sns/topic:Topic";
  const inputs = { name: "digits", displayName: "123" };
  const { id, state } = await make(type, inputs);
  const kept = { inputs, state };
  const found = await read(handlerOf(type), { id, kept }, context);
  expect(found?.inputs).toEqual(inputs);
  expect(diff(handlerOf(type), { type, name: "x" }, kept, inputs).differences).toEqual(new Map());
});

test("a resource that is made but cannot be read is kept, and the next update completes it", async () => {
  const type = "aws:sns/topic:Topic";
  const handler = handlerOf(type);
  const inputs = { name: "unread", displayName: "x" };
  const unread = { ...handler, read: () => Promise.reject(new Error("throttled")) };
  const failed = await create(unread, inputs, context).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(PartialState);
  const { made, message } = failed as PartialState;
  expect({ made, message }).toEqual({
    made: { id: "arn:aws:sns:us-east-1:123456789012:unread", state: inputs },
    message: "throttled",
  });
  const kept = { inputs, state: made.state };
  const state = await update(handler, { id: made.id, kept, wanted: inputs }, context);
  expect(state).toMatchObject({ ...inputs, arn: made.id });
});

test("what cannot be updated is not passed over in silence", async () => {
  const type = "aws:iot/policyAttachment:PolicyAttachment";
  const { inputs } = caseOf(type);
  const { id, state } = await make(type, inputs);
  const change = { id, kept: { inputs, state }, wanted: { ...inputs, policy: "other" } };
  await expect(update(handlerOf(type), change, context)).rejects.toThrow(/policy/);
});
