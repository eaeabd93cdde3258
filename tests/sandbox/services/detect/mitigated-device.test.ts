import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  AttachSecurityProfileCommand,
  CreateMitigationActionCommand,
  CreatePolicyCommand,
  CreateSecurityProfileCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DescribeDetectMitigationActionsTaskCommand,
  IoTClient,
  ListActiveViolationsCommand,
  ListDetectMitigationActionsExecutionsCommand,
  ListTagsForResourceCommand,
  ListThingGroupsForThingCommand,
  StartDetectMitigationActionsTaskCommand,
} from "@aws-sdk/client-iot";
import mqtt, { type MqttClient } from "mqtt";
import { type Sandbox, startSandbox } from "../../../../sandbox/start-sandbox";
import { clientSettings } from "../../support/dev-sandbox";
import { ALL_THINGS, MESSAGES_SENT, MINUTE } from "./support";

const iotArn = (resource: string) => `arn:aws:iot:us-east-1:123456789012:${resource}`;
const ACTION = iotArn("mitigationaction/Move");
const ROLE = "arn:aws:iam::123456789012:role/mitigation";
/** The permissions that the guide has for this type of action, on this thing and group alone. */
const RIGHTS = ["thing/loud", "thinggroup/Quarantine"].map(iotArn);

let sandbox: Sandbox;
let iot: IoTClient;
let iam: IAMClient;
let clients: MqttClient[];

beforeEach(async () => {
  clients = [];
  sandbox = await startSandbox({ port: 0 });
  iot = new IoTClient(clientSettings(sandbox));
  iam = new IAMClient(clientSettings(sandbox));
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  iot.destroy();
  iam.destroy();
  await sandbox.stop();
});

const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

/** A group whose policy denies publishing, and an action that moves things into it, as a role. */
async function makeAction(sourceArn: string, resources: readonly string[]): Promise<void> {
  const trust = {
    Effect: "Allow",
    Principal: { Service: "iot.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "aws:SourceAccount": "123456789012", "aws:SourceArn": sourceArn } },
  };
  await iam.send(new CreateRoleCommand({ RoleName: "mitigation", AssumeRolePolicyDocument: policy(trust) }));
  const PolicyDocument = policy({ Effect: "Allow", Action: "iot:AddThingToThingGroup", Resource: resources });
  await iam.send(new PutRolePolicyCommand({ RoleName: "mitigation", PolicyName: "move", PolicyDocument }));
  const { thingGroupArn } = await iot.send(new CreateThingGroupCommand({ thingGroupName: "Quarantine" }));
  const policyDocument = policy({ Effect: "Deny", Action: "iot:Publish", Resource: "*" });
  await iot.send(new CreatePolicyCommand({ policyName: "Silence", policyDocument }));
  await iot.send(new AttachPolicyCommand({ policyName: "Silence", target: thingGroupArn }));
  await iot.send(
    new CreateMitigationActionCommand({
      actionName: "Move",
      roleArn: ROLE,
      actionParams: { addThingsToThingGroupParams: { thingGroupNames: ["Quarantine"] } },
      tags: [{ Key: "team", Value: "fleet" }],
    }),
  );
}

/** A device sends too much, and is in violation. */
async function alarm(): Promise<{ device: MqttClient; violationId: string }> {
  await iot.send(new CreateThingCommand({ thingName: "loud" }));
  await iot.send(new CreateSecurityProfileCommand({ securityProfileName: "P", behaviors: [MESSAGES_SENT] }));
  await iot.send(
    new AttachSecurityProfileCommand({ securityProfileName: "P", securityProfileTargetArn: ALL_THINGS }),
  );
  const device = await mqtt.connectAsync(sandbox.address.mqtt, { clientId: "loud", reconnectPeriod: 0 });
  clients.push(device);
  for (let sent = 0; sent < 10; sent++) await device.publishAsync("telemetry", "x", { qos: 1 });
  await sandbox.clock.advance(5 * MINUTE);
  const { activeViolations } = await iot.send(new ListActiveViolationsCommand({}));
  return { device, violationId: activeViolations?.[0]?.violationId ?? "" };
}

async function mitigate(violationId: string) {
  const target = { violationIds: [violationId] };
  await iot.send(new StartDetectMitigationActionsTaskCommand({ taskId: "t", target, actions: ["Move"] }));
  await sandbox.clock.advance(1000);
  const { taskSummary } = await iot.send(new DescribeDetectMitigationActionsTaskCommand({ taskId: "t" }));
  return taskSummary?.taskStatus;
}

const groups = async () => {
  const { thingGroups } = await iot.send(new ListThingGroupsForThingCommand({ thingName: "loud" }));
  return thingGroups?.map(({ groupName }) => groupName);
};

test("a task puts a thing that alarmed into the group, whose policy then silences it over MQTT", async () => {
  await makeAction(ACTION, RIGHTS);
  const { device, violationId } = await alarm();
  expect(await mitigate(violationId)).toBe("SUCCESSFUL");
  expect(await groups()).toEqual(["Quarantine"]);
  const closed = new Promise<void>((resolve) => device.once("close", resolve));
  const acknowledged = jest.fn();
  device.on("packetreceive", ({ cmd }) => acknowledged(cmd));
  device.publish("telemetry", "x", { qos: 1 });
  await closed;
  expect(acknowledged).not.toHaveBeenCalled();
});

test.each([
  ["is trusted to another action", `${ACTION}2`, RIGHTS, "AccessDenied"],
  ["may move the thing, and not into that group", ACTION, [iotArn("thing/*")], "AccessDeniedException"],
  ["may move others into the group", ACTION, [iotArn("thinggroup/*")], "AccessDeniedException"],
])(
  "a role that %s moves nothing, and the execution says so",
  async (_case, sourceArn, resources, errorCode) => {
    await makeAction(sourceArn, resources);
    const { device, violationId } = await alarm();
    expect(await mitigate(violationId)).toBe("FAILED");
    expect(await groups()).toEqual([]);
    const command = new ListDetectMitigationActionsExecutionsCommand({ taskId: "t" });
    const { actionsExecutions } = await iot.send(command);
    expect(actionsExecutions).toMatchObject([{ violationId, status: "FAILED", errorCode }]);
    expect(actionsExecutions?.[0]?.message).toContain("is not authorized to perform");
    await device.publishAsync("telemetry", "x", { qos: 1 });
  },
);

test("an action's tags are listed as any", async () => {
  await makeAction(ACTION, RIGHTS);
  const { tags } = await iot.send(new ListTagsForResourceCommand({ resourceArn: ACTION }));
  expect(tags).toEqual([{ Key: "team", Value: "fleet" }]);
});
