import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  ListAttachedPoliciesCommand,
  ListThingGroupsForThingCommand,
} from "@aws-sdk/client-iot";
import { GetFunctionCommand } from "@aws-sdk/client-lambda";
import { Engine } from "./support/engine";
import { liveProfile, namesIn } from "./support/live";
import { behavior, configOf } from "./support/profiles";

const NAME = "iot-quarantine-dev";
const PROFILE = `defender-profile-${NAME}`;
const GROUP = "quarantine-group-group";
const ATTACHMENT = "restrictive-policy-attachment";

let engine: Engine;

/** Declares one profile. */
const declare = (
  behaviors: readonly object[],
  targets: readonly string[],
  more?: Readonly<Record<string, unknown>>,
) => engine.project.configure("dev", configOf([{ behaviors, targets }], more));

beforeAll(async () => {
  engine = await Engine.start();
  declare([behavior("A", 10), behavior("B", 20), behavior("C", 30)], ["all-things", "registered-things"]);
  await engine.init("dev");
  await engine.apply();
});

afterAll(() => engine.stop());

test("a changed threshold is an update of one resource", async () => {
  declare([behavior("A", 10), behavior("B", 21), behavior("C", 30)], ["all-things", "registered-things"]);
  const { steps } = await engine.apply();
  const touched = steps.filter(({ type }) => type.startsWith("aws"));
  expect(touched).toMatchObject([{ op: "update", name: PROFILE, diffs: ["behaviors"] }]);
  expect(await liveProfile(engine.sandbox.clients, NAME)).toMatchObject({
    behaviors: ["A 10", "B 21", "C 30"],
  });
});

test("behaviors and targets in another order are no change", async () => {
  declare([behavior("C", 30), behavior("A", 10), behavior("B", 21)], ["registered-things", "all-things"]);
  const { steps } = await engine.apply();
  expect(steps.filter(({ type }) => type.startsWith("aws"))).toEqual([]);
});

test("adding, removing, changing and reordering behaviors and targets at once leaves exactly the declared ones", async () => {
  declare(
    [behavior("D", 5, "aws:num-connection-attempts"), behavior("C", 31), behavior("A", 10)],
    ["unregistered-things", "registered-things", "Quarantine-Fleet"],
  );
  const { clients } = engine.sandbox;

  await clients.iot.send(new CreateThingGroupCommand({ thingGroupName: "Quarantine-Fleet" }));
  await engine.apply();
  expect(await liveProfile(clients, NAME)).toEqual({
    behaviors: ["A 10", "C 31", "D 5"],
    targets: ["Quarantine-Fleet", "registered-things", "unregistered-things"],
    alertTarget: `arn:aws:sns:us-east-1:123456789012:${NAME}-alerts`,
  });
});

test("another group name is a replacement: the new group has its policy before the old one lets its members go, who are told", async () => {
  const { iot } = engine.sandbox.clients;
  for (const thingName of ["held-0", "held-1"]) {
    await iot.send(new CreateThingCommand({ thingName }));
    await iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName: `${NAME}-quarantine` }));
  }
  declare([behavior("A", 10)], ["registered-things"], { quarantineGroupName: "Fence" });

  const preview = await engine.succeed("preview");
  expect(preview.text).toContain(
    `warning: The quarantine group ${NAME}-quarantine becomes Fence, which is another group: its devices will be free.`,
  );
  expect(preview.text).toContain(`aws iot list-things-in-thing-group --thing-group-name ${NAME}-quarantine`);
  expect(preview.text).not.toContain("held-");

  const { done, text } = await engine.apply();
  expect(text).toMatch(
    /warning: 2 in the quarantine group iot-quarantine-dev-quarantine, which Fence replaces: held-0, held-1\./,
  );
  const at = (line: string) => {
    expect(done).toContain(line);
    return done.indexOf(line);
  };
  expect(at(`create-replacement ${GROUP}`)).toBeLessThan(at(`create-replacement ${ATTACHMENT}`));
  expect(at(`create-replacement ${ATTACHMENT}`)).toBeLessThan(at(`delete-replaced ${ATTACHMENT}`));
  expect(at(`delete-replaced ${ATTACHMENT}`)).toBeLessThan(at(`delete-replaced ${GROUP}`));
  expect(at(`create-replacement ${ATTACHMENT}`)).toBeLessThan(at("update callback-lambda-role-policy"));
  expect(at("update callback-lambda-function")).toBeLessThan(at(`delete-replaced ${GROUP}`));

  const target = "arn:aws:iot:us-east-1:123456789012:thinggroup/Fence";
  const { policies } = await iot.send(new ListAttachedPoliciesCommand({ target }));
  expect(policies?.map(({ policyName }) => policyName)).toEqual([`${NAME}-quarantine`]);
  const { Configuration } = await engine.sandbox.clients.lambda.send(
    new GetFunctionCommand({ FunctionName: `${NAME}-quarantine-device` }),
  );
  expect(Configuration?.Environment?.Variables).toMatchObject({ QUARANTINE_GROUP_NAME: "Fence" });
  const names = await namesIn(engine.sandbox.clients);
  expect(names).toContain("group Fence");
  expect(names).not.toContain(`group ${NAME}-quarantine`);

  // Whoever was in it is free: that is why they are told, and why a protected group refuses a new name.
  const { thingGroups } = await iot.send(new ListThingGroupsForThingCommand({ thingName: "held-0" }));
  expect(thingGroups).toEqual([]);
});
