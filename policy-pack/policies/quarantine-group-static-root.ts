import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { booleanSetting } from "../input/settings";
import { itemsOf, UNKNOWN } from "../input/unknown";
import { policiesOf } from "../stack/group-policies";
import type { Loop } from "../stack/loop";
import { means } from "../stack/references";
import type { Resource } from "../stack/resources";

/** Most policies that a thing group can have. Source: AWS IoT Core Developer Guide, "Static thing groups". */
const MOST_POLICIES = 2;

const SETTINGS = {
  protectQuarantineGroup: booleanSetting(
    "Whether Pulumi must refuse to delete the group (option protect).",
    false,
  ),
};

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function judgeGroup(group: Resource, loop: Loop, protect: boolean, finding: Finding): void {
  const called = `Quarantine group "${group.name}"`;
  const { parentGroupName, queryString } = group.props;
  if (parentGroupName === UNKNOWN)
    finding.unjudged("whether it has a parent, which is not known before the deployment");
  else if (isSet(parentGroupName)) {
    finding.refuse(
      `${called} has the parent "${String(parentGroupName)}": a thing cannot be in two groups of one hierarchy, so ` +
        "that things of the others there cannot be quarantined. Remove parentGroupName.",
    );
  }
  if (queryString === UNKNOWN)
    finding.unjudged("whether it is dynamic: its queryString is not known before the deployment");
  else if (isSet(queryString)) {
    finding.refuse(`${called} is dynamic: a dynamic group can hold no policy. Remove queryString.`);
  }
  for (const { profile } of loop.profiles) {
    // What is not known yet, and comes from the group, may be made of its ARN: the deployment tells.
    if (!itemsOf(profile.targetArns).some((arn) => typeof arn === "string" && means(group, arn))) continue;
    finding.refuse(
      `${called} is a target of ${profile.label}: a device is then watched once it is fenced, and alarms for ` +
        "what the fence refuses. Set targetArns to the groups that it comes from.",
    );
  }
  const { count, unresolved } = policiesOf(group, loop);
  if (count > MOST_POLICIES) {
    finding.refuse(
      `${called} has ${count} policies: AWS IoT takes ${MOST_POLICIES} for a group. Put them into one document.`,
    );
  }
  if (count <= MOST_POLICIES && count + unresolved.length > MOST_POLICIES) {
    finding.unjudged("how many policies it has, which is not known before the deployment");
  }
  if (protect && !group.protect) {
    finding.refuse(
      `${called} is not protected: deleting or replacing it frees every quarantined device at once. Set the option ` +
        "protect, or protectQuarantineGroup of this policy's config to false.",
    );
  }
}

/**
 * A quarantine group that cannot hold every device, or no policy, or that is easily lost.
 *
 * Source: AWS IoT Core Developer Guide, "Static thing groups" and "Dynamic thing groups".
 */
export const quarantineGroupStaticRoot = loopPolicy({
  name: "quarantine-group-static-root",
  displayName: "Quarantine group is a static root",
  description:
    "A quarantine group must be static, without a parent, with at most two policies, watched by none, and kept.",
  severity: "high",
  tags: ["iot-core", "containment"],
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html",
  remediationSteps: "Make it a static thing group without parentGroupName, with one policy, and set protect.",
  settings: SETTINGS,
  judge: (loop, findings, { protectQuarantineGroup }) => {
    for (const group of loop.groups) {
      findings.about(group, (finding) => judgeGroup(group, loop, protectQuarantineGroup, finding));
    }
  },
});
