import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  GetPolicyCommand,
  ListAttachedPoliciesCommand,
  ListThingsInThingGroupCommand,
} from "@aws-sdk/client-iot";
import { Engine, type EngineRun } from "./support/engine";
import { namesIn } from "./support/live";
import { behavior, configOf } from "./support/profiles";

const GROUP = "iot-quarantine-dev-quarantine";
const POLICY = "iot-quarantine-dev-quarantine";

let engine: Engine;

const configure = (more: Readonly<Record<string, unknown>>) =>
  engine.project.configure(
    "dev",
    configOf([{ behaviors: [behavior("A", 10)], targets: ["all-things"] }], more),
  );

async function expectHeld({ code, text }: EngineRun): Promise<void> {
  expect(code).not.toBe(0);
  // A destruction gets to the attachment first, a rename to the group.
  expect(text).toMatch(/quarantine-group-group|restrictive-policy-attachment/);
  // The message names what to do.
  expect(text).toMatch(/protect/);
  expect(text).toMatch(/To unprotect the resource/);
  const { things } = await engine.sandbox.clients.iot.send(
    new ListThingsInThingGroupCommand({ thingGroupName: GROUP }),
  );
  expect(things).toEqual(["held"]);
}

/** Names of the policies on the group. */
async function fence() {
  const target = `arn:aws:iot:us-east-1:123456789012:thinggroup/${GROUP}`;
  const { policies } = await engine.sandbox.clients.iot.send(new ListAttachedPoliciesCommand({ target }));
  return policies?.map(({ policyName }) => policyName);
}

const policyDocument = async () =>
  (await engine.sandbox.clients.iot.send(new GetPolicyCommand({ policyName: POLICY }))).policyDocument;

beforeAll(async () => {
  engine = await Engine.start();
  configure({ protectQuarantineGroup: true });
  await engine.init("dev");
  await engine.apply();
  const { iot } = engine.sandbox.clients;
  await iot.send(new CreateThingCommand({ thingName: "held" }));
  await iot.send(new AddThingToThingGroupCommand({ thingName: "held", thingGroupName: GROUP }));
});

afterAll(() => engine.stop());

test("a protected group that holds a device stops a destruction before anything is deleted", async () => {
  const before = await namesIn(engine.sandbox.clients);
  await expectHeld(await engine.run("destroy"));
  expect(await namesIn(engine.sandbox.clients)).toEqual(before);
});

test("a protected group stops a rename before anything changes", async () => {
  const before = await namesIn(engine.sandbox.clients);
  configure({ protectQuarantineGroup: true, quarantineGroupName: "Other" });
  const preview = await engine.run("preview");
  await expectHeld(preview);
  expect(preview.text).toMatch(
    /warning: .* docs\/operate\.md, "Give the group another name", has the steps\./,
  );
  // Not even what would point the function to the other group.
  const update = await engine.run("up", { args: ["--skip-preview"] });
  await expectHeld(update);
  expect(update.done).toEqual([]);
  expect(await namesIn(engine.sandbox.clients)).toEqual(before);
});

test("another name of the policy is refused as well, before anything changes", async () => {
  const before = await namesIn(engine.sandbox.clients);
  configure({ protectQuarantineGroup: true, restrictivePolicyName: "Other" });
  const update = await engine.run("up", { args: ["--skip-preview"] });
  expect(update.code).not.toBe(0);
  expect(update.text).toMatch(/restrictive-policy-policy/);
  expect(update.text).toMatch(/To unprotect the resource/);
  expect(update.done).toEqual([]);
  expect(await namesIn(engine.sandbox.clients)).toEqual(before);
  expect(await fence()).toEqual([POLICY]);
});

test("a destruction of all that is not protected leaves the fence whole, and the next update closes the loop again", async () => {
  configure({ protectQuarantineGroup: true });
  const document = await policyDocument();
  const { done } = await engine.succeed("destroy", { args: ["--exclude-protected"] });
  // The rest has gone, or this would prove nothing.
  expect(done).toContain("delete callback-lambda-function");
  expect(await namesIn(engine.sandbox.clients)).toEqual([`group ${GROUP}`, `policy ${POLICY}`]);
  expect(await fence()).toEqual([POLICY]);
  expect(await policyDocument()).toBe(document);
  // SQS holds the names of deleted queues back for a minute.
  await engine.sandbox.sandbox.clock.advance(61_000);
  await engine.apply();
  expect(await fence()).toEqual([POLICY]);
});

test("what the protected policy says can change", async () => {
  configure({ protectQuarantineGroup: true, quarantineAllows: ["shadow", "jobs"] });
  const { done } = await engine.apply();
  expect(done).toContain("update restrictive-policy-policy");
  expect(await policyDocument()).toContain("jobs");
});

test("once its protection is lifted by config, it goes", async () => {
  configure({ protectQuarantineGroup: false });
  await engine.apply();
  await engine.succeed("destroy");
  expect(await namesIn(engine.sandbox.clients)).toEqual([]);
});
