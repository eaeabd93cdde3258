import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  ListThingsInThingGroupCommand,
} from "@aws-sdk/client-iot";
import { Engine, type EngineRun } from "./support/engine";
import { namesIn } from "./support/live";
import { behavior, configOf } from "./support/profiles";

const GROUP = "iot-quarantine-dev-quarantine";

let engine: Engine;

const configure = (more: Readonly<Record<string, unknown>>) =>
  engine.project.configure(
    "dev",
    configOf([{ behaviors: [behavior("A", 10)], targets: ["all-things"] }], more),
  );

async function expectHeld({ code, text }: EngineRun): Promise<void> {
  expect(code).not.toBe(0);
  expect(text).toMatch(/quarantine-group-group/);
  // The message names what to do.
  expect(text).toMatch(/protect/);
  expect(text).toMatch(/To unprotect the resource/);
  const { things } = await engine.sandbox.clients.iot.send(
    new ListThingsInThingGroupCommand({ thingGroupName: GROUP }),
  );
  expect(things).toEqual(["held"]);
}

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

test("once its protection is lifted by config, it goes", async () => {
  configure({ protectQuarantineGroup: false });
  await engine.apply();
  await engine.succeed("destroy");
  expect(await namesIn(engine.sandbox.clients)).toEqual([]);
});
