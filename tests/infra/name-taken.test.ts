import type { ExistingResources, Tags } from "../../infra/existing-resources";
import { refuseTaken } from "../../infra/name-taken";
import { SCOPE } from "./recorder";

const NOTHING: ExistingResources = {
  thingGroup: async () => undefined,
  topic: async () => undefined,
  queue: async () => undefined,
  securityProfile: async () => undefined,
};

/** Resources of one kind, each with its tags. */
const holding = (kind: keyof ExistingResources, resources: Readonly<Record<string, Tags>>) => ({
  ...NOTHING,
  [kind]: async (name: string) => resources[name],
});

const ask = (type: string, newInputs: Record<string, unknown>, resources: ExistingResources = NOTHING) =>
  refuseTaken({ type, newInputs }, "dev", resources, { scope: SCOPE });

const OTHER = { "iot-quarantine:stack": "prod" };

const CREATIONS: [string, Record<string, unknown>, keyof ExistingResources, string[]][] = [
  ["iot-quarantine:index:QuarantineGroup", { groupName: "A" }, "thingGroup", ["A"]],
  ["aws:iot/thingGroup:ThingGroup", { name: "A" }, "thingGroup", ["A"]],
  ["iot-quarantine:index:AlertTopic", { topicName: "A" }, "topic", ["A"]],
  ["iot-quarantine:index:Notifications", { topicName: "A" }, "topic", ["A"]],
  ["aws:sns/topic:Topic", { name: "A" }, "topic", ["A"]],
  ["iot-quarantine:index:AlarmQueue", { queueName: "A", deadLetterQueueName: "B" }, "queue", ["A", "B"]],
  ["aws:sqs/queue:Queue", { name: "A" }, "queue", ["A"]],
  [
    "iot-quarantine:index:DefenderProfile",
    { profiles: [{ name: "A" }, { name: "B" }] },
    "securityProfile",
    ["A", "B"],
  ],
  ["aws-native:iot:SecurityProfile", { securityProfileName: "A" }, "securityProfile", ["A"]],
];

test.each(CREATIONS)(
  "a %s is made where its names are free, and refused where they are not",
  async (type, inputs, kind, names) => {
    await expect(ask(type, inputs)).resolves.toBeUndefined();
    const taken = ask(type, inputs, holding(kind, Object.fromEntries(names.map((name) => [name, OTHER]))));
    for (const name of names) {
      await expect(taken).rejects.toThrow(
        new RegExp(`${name} exists already, .* iot-quarantine:stack = prod\\.`),
      );
    }
    await expect(taken).rejects.toThrow(/docs\/adopt\.md/);
  },
);

test("what is made under a name of its own, whatever happens, is not asked for", async () => {
  const asked = jest.fn();
  const resources = { thingGroup: asked, topic: asked, queue: asked, securityProfile: asked };
  await ask("aws:iam/role:Role", { name: "A" }, resources);
  expect(asked).not.toHaveBeenCalled();
});

test.each<[string, Tags, RegExp]>([
  ["nobody's", {}, /it is no stack's of iot-quarantine/],
  ["another stack's", OTHER, /it is tagged iot-quarantine:stack = prod\. /],
  [
    "one's own by its tag alone",
    { "iot-quarantine:stack": "dev" },
    /= dev, so of another project or backend, or left by/,
  ],
])(
  "a refusal says that the group is %s, what would come of it and what to do",
  async (_whose, tags, owner) => {
    const refused = ask(
      "aws:iot/thingGroup:ThingGroup",
      { name: "Held" },
      holding("thingGroup", { Held: tags }),
    );
    await expect(refused).rejects.toThrow(owner);
    await expect(refused).rejects.toThrow(
      /deleted with this stack, and every device in it would be free\. Set another `quarantineGroupName`, or import it/,
    );
  },
);

test("nothing is made where AWS does not tell whether the name is free", async () => {
  const topic = async () => {
    throw Object.assign(new Error("not allowed"), { name: "AuthorizationError" });
  };
  await expect(ask("aws:sns/topic:Topic", { name: "Alarms" }, { ...NOTHING, topic })).rejects.toThrow(
    /SNS topic Alarms is somebody else's could not be asked, .* account 123456789012 .*AuthorizationError: not allowed$/,
  );
});
