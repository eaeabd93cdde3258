import { QuarantineGroup } from "../../infra/quarantine-group";
import { childrenOf, named, record } from "./recorder";

const run = (protect: boolean) =>
  record(() => new QuarantineGroup("g", { stack: "dev", groupName: "Quarantine", protect }));

test("the component is one static group without a parent group", async () => {
  const { registrations } = await run(true);
  const { component, children } = childrenOf(registrations, "iot-quarantine:index:QuarantineGroup");
  expect(children).toEqual({
    "g-group": {
      type: "aws:iot/thingGroup:ThingGroup",
      inputs: {
        name: "Quarantine",
        properties: { description: "Devices that raised an alarm; its policy denies all but their shadow" },
        tags: { "iot-quarantine:stack": "dev", "iot-quarantine:component": "QuarantineGroup" },
      },
    },
  });
  expect(component.inputs).toEqual({ stack: "dev", groupName: "Quarantine", protect: true });
  expect(component.outputs).toEqual({
    groupName: "Quarantine",
    groupArn: "arn:aws:iot:us-east-1:123456789012:thinggroup/Quarantine",
  });
});

test.each([true, false])("the group is protected as config says: %s", async (protect) => {
  const { registrations } = await run(protect);
  expect(named(registrations, "g-group").protect).toBe(protect);
});
