import { AlertTopic } from "../../infra/alert-topic";
import { alertKeyPolicy } from "../../infra/documents/alert-key";
import { alertRolePermissions, alertRoleTrust } from "../../infra/documents/alert-role";
import { alertTopicPolicy } from "../../infra/documents/alert-topic";
import { childrenOf, named, record, SCOPE } from "./recorder";

const args = {
  stack: "dev",
  scope: SCOPE,
  topicName: "DDA_Alerts",
  roleName: "alert-role",
  keyAlias: "alias/alerts",
  securityProfileNames: ["P"],
};
const topicArn = "arn:aws:sns:us-east-1:123456789012:DDA_Alerts";
const roleArn = "arn:aws:iam::123456789012:role/alert-role";
const keyArn = "arn:aws:kms:us-east-1:123456789012:key/k-1";
const tags = { "iot-quarantine:stack": "dev", "iot-quarantine:component": "AlertTopic" };

const run = (preview = false) => record(() => new AlertTopic("a", args), { preview });

test("the component is topic, key, role and their policies, and no subscription", async () => {
  const { registrations } = await run();
  const { component, children } = childrenOf(registrations, "iot-quarantine:index:AlertTopic");
  expect(children).toEqual({
    "a-key": {
      type: "aws:kms/key:Key",
      inputs: {
        description: "Encrypts the alarms of Device Defender",
        enableKeyRotation: true,
        policy: JSON.stringify(alertKeyPolicy(SCOPE, roleArn)),
        tags,
      },
    },
    "a-key-alias": { type: "aws:kms/alias:Alias", inputs: { name: "alias/alerts", targetKeyId: "k-1" } },
    "a-topic": {
      type: "aws:sns/topic:Topic",
      inputs: { name: "DDA_Alerts", kmsMasterKeyId: keyArn, tags },
    },
    "a-policy": {
      type: "aws:sns/topicPolicy:TopicPolicy",
      inputs: { arn: topicArn, policy: JSON.stringify(alertTopicPolicy(topicArn, roleArn)) },
    },
    "a-role": {
      type: "aws:iam/role:Role",
      inputs: {
        name: "alert-role",
        description: "Device Defender assumes it to publish alarms",
        assumeRolePolicy: JSON.stringify(alertRoleTrust(SCOPE, ["P"])),
        tags,
      },
    },
    "a-role-policy": {
      type: "aws:iam/rolePolicy:RolePolicy",
      inputs: { role: "alert-role", policy: JSON.stringify(alertRolePermissions(topicArn)) },
    },
  });
  expect(component.inputs).toEqual(args);
  expect(component.outputs).toEqual({ topicArn, alertRoleArn: roleArn });
});

test("the key and the topic's policy, which name the role, are made after it", async () => {
  const { registrations } = await run();
  const { urn } = named(registrations, "a-role");
  expect(named(registrations, "a-key").dependencies).toContain(urn);
  expect(named(registrations, "a-policy").dependencies).toContain(urn);
});

test("the topic's policy is known before anything exists", async () => {
  const { registrations } = await run(true);
  const expected = JSON.stringify(alertTopicPolicy(topicArn, roleArn));
  expect(named(registrations, "a-policy").inputs.policy).toBe(expected);
});

test("its role is bounded by the policy that it is given", async () => {
  const permissionsBoundaryArn = "arn:aws:iam::123456789012:policy/bound";
  const { registrations } = await record(() => new AlertTopic("a", { ...args, permissionsBoundaryArn }));
  expect(named(registrations, "a-role").inputs.permissionsBoundary).toBe(permissionsBoundaryArn);
});
