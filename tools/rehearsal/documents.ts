import {
  GetPolicyCommand,
  ListActiveViolationsCommand,
  ListAttachedPoliciesCommand,
  ListThingGroupsForThingCommand,
} from "@aws-sdk/client-iot";
import { iotArn } from "./arn";
import type { PrintedDocument, Scene } from "./scene";
import type { Stage } from "./stage";

/** Writes JSON as the AWS CLI does: four spaces, and times as epoch seconds with a fraction. */
function asCli(value: unknown): string {
  const MARK = "epoch:";
  const plain = JSON.parse(JSON.stringify(value), (_key, item) =>
    typeof item === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(item)
      ? MARK + new Date(item).getTime()
      : item,
  );
  return JSON.stringify(plain, null, 4).replace(new RegExp(`"${MARK}(\\d+)"`, "g"), (_all, milliseconds) => {
    const seconds = Number(milliseconds) / 1000;
    return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
  });
}

/** The documents of the workshop, for the device that misbehaved; the shadow only where it was put into quarantine. */
export async function workshopDocuments(stage: Stage, scene: Scene): Promise<PrintedDocument[]> {
  const thingName = scene.lead.name;
  const violations = await stage.iot.send(new ListActiveViolationsCommand({ thingName }));
  const documents = [
    {
      command: `aws iot list-active-violations --thing-name ${thingName}`,
      output: asCli({ activeViolations: violations.activeViolations }),
    },
  ];
  if (scene.lead.actor.isThing) {
    const groups = await stage.iot.send(new ListThingGroupsForThingCommand({ thingName }));
    documents.push({
      command: `aws iot list-thing-groups-for-thing --thing-name ${thingName}`,
      output: asCli({ thingGroups: groups.thingGroups }),
    });
  }
  if (scene.shadow !== undefined) {
    documents.push({
      command: `aws iot-data get-thing-shadow --thing-name ${thingName} /dev/stdout | jq .   # before the device reported`,
      output: JSON.stringify(JSON.parse(scene.shadow), null, 2),
    });
  }
  return documents;
}

/** A policy of the quarantine group. */
export interface GroupPolicy {
  readonly name: string;
  /** Its document, as JSON for a person. */
  readonly document: string;
}

/** The policies that are attached to the quarantine group, as they are in AWS. */
export async function restrictivePolicies(stage: Stage): Promise<GroupPolicy[]> {
  const target = iotArn(stage, `thinggroup/${stage.outputs.quarantineGroupName}`);
  const { policies = [] } = await stage.iot.send(new ListAttachedPoliciesCommand({ target }));
  return Promise.all(
    policies.map(async ({ policyName = "" }) => {
      const { policyDocument = "null" } = await stage.iot.send(new GetPolicyCommand({ policyName }));
      return { name: policyName, document: JSON.stringify(JSON.parse(policyDocument), null, 2) };
    }),
  );
}
