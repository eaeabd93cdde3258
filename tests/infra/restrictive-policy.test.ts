import { restrictivePolicy } from "../../infra/documents/restrictive-policy";
import { RestrictivePolicy } from "../../infra/restrictive-policy";
import { childrenOf, named, record, SCOPE } from "./recorder";

const groupArn = "arn:aws:iot:us-east-1:123456789012:thinggroup/Quarantine";

test("the component is the policy and its attachment to the group", async () => {
  const { registrations } = await record(
    () =>
      new RestrictivePolicy("r", {
        stack: "dev",
        scope: SCOPE,
        policyName: "Fence",
        allows: ["shadow", "jobs"],
        groupArn,
        protect: true,
      }),
  );
  const { component, children } = childrenOf(registrations, "iot-quarantine:index:RestrictivePolicy");
  expect(children).toEqual({
    "r-policy": {
      type: "aws:iot/policy:Policy",
      inputs: {
        name: "Fence",
        policy: JSON.stringify(restrictivePolicy(SCOPE, ["shadow", "jobs"])),
        tags: { "iot-quarantine:stack": "dev", "iot-quarantine:component": "RestrictivePolicy" },
      },
    },
    "r-attachment": {
      type: "aws:iot/policyAttachment:PolicyAttachment",
      inputs: { policy: "Fence", target: groupArn },
    },
  });
  for (const name of Object.keys(children)) expect(named(registrations, name).protect).toBe(true);
  expect(component.outputs).toEqual({ policyName: "Fence" });
  expect(named(registrations, "r-attachment").dependencies).toEqual([named(registrations, "r-policy").urn]);
});
