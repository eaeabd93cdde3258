import { parseArn } from "../../lib/aws/parse-arn";
import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { allowsByStackConfig, stringsSetting } from "../input/settings";
import { configuredValue } from "../input/stack-config";
import { containmentFaults } from "../simulation/containment";
import { type ParsedIotPolicy, parsedIotPolicy } from "../simulation/parsed-iot-policy";
import { policiesOf } from "../stack/group-policies";
import type { Callback, Loop } from "../stack/loop";
import { groupsElsewhere } from "../stack/quarantine-groups";
import type { Resource } from "../stack/resources";

const SETTINGS = {
  quarantineAllows: stringsSetting("What a quarantined device may still do: any of shadow, jobs.", [
    "shadow",
  ]),
  allowsByStackConfig,
};

const JOBS_ALLOWED =
  "A quarantined device may run its jobs: allowed by the stack's config (iot-quarantine:quarantineAllows has jobs). " +
  "Leave them out where no firmware is repaired by jobs: job documents may carry presigned URLs.";

const MOST_EXAMPLES = 4;

const BINDING =
  'Give what it allows the condition {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}, or name the thing by ' +
  "${iot:Connection.Thing.ThingName} in its resources.";

function some(list: readonly string[]): string {
  const rest = list.length - MOST_EXAMPLES;
  return `${list.slice(0, MOST_EXAMPLES).join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`;
}

/** Reads the documents; a faulty one is refused, and nothing can be said of the containment then. */
function readAll(group: Resource, loop: Loop, finding: Finding): readonly ParsedIotPolicy[] | undefined {
  const { count, unresolved, documents, unknown } = policiesOf(group, loop);
  for (const what of [...unresolved, ...unknown]) finding.unjudged(what);
  if (count === 0 && unresolved.length === 0) {
    finding.refuse(
      `Quarantine group "${group.name}" has no policy in this stack: a device that is put into it goes on as before. ` +
        "Attach an IoT policy that denies all but the device's own shadow.",
    );
  }
  const readings = documents.map(({ policy, text }) => ({ policy, reading: parsedIotPolicy(text) }));
  for (const { policy, reading } of readings) {
    if ("faults" in reading) {
      finding.refuse(
        `AWS IoT refuses policy "${policy.name}" of quarantine group "${group.name}": ${some(reading.faults)}`,
      );
    }
  }
  const policies = readings.flatMap(({ reading }) => ("faults" in reading ? [] : [reading]));
  return policies.length > 0 && policies.length === count ? policies : undefined;
}

function judgeGroup(group: Resource, loop: Loop, allows: readonly string[], finding: Finding): void {
  const policies = readAll(group, loop, finding);
  if (policies === undefined) return;
  const scope = parseArn(group.props.arn) ?? loop.scope;
  if (scope === undefined) {
    finding.unjudged("what its policy lets through, as no ARN of the stack is known before the deployment");
    return;
  }
  const allowances = { shadow: allows.includes("shadow"), jobs: allows.includes("jobs") };
  const { escapes, lacks, isCutOff, gifts } = containmentFaults(policies, scope, allowances);
  const by = policiesOf(group, loop).documents.map(({ policy }) => `"${policy.name}"`);
  if (escapes.length > 0) {
    finding.refuse(
      `Quarantine group "${group.name}" does not contain, by its policy ${by.join(" and ")}, a device whose certificate ` +
        `allows iot:*. It can still: ${some(escapes)}. Deny iot:* on all but (NotResource, no condition) the device's own client and ` +
        "shadow topics, or name in quarantineAllows what it may do.",
    );
  }
  if (lacks.length > 0 && isCutOff && escapes.length === 0) {
    finding.advise(
      `Quarantine group "${group.name}" contains its members wholly, by its policy ${by.join(" and ")}: they cannot reach ` +
        "even their own shadow, and so never learn that they are quarantined. If that is meant, set quarantineAllows of " +
        "this policy's config to []; else except the device's own client and shadow topics from the Deny, and allow them.",
    );
  } else if (lacks.length > 0) {
    finding.refuse(
      `A device in quarantine group "${group.name}" cannot reach its own shadow by the group's policy ${by.join(" and ")} ` +
        "alone, and so never learns of its state. It " +
        `cannot: ${some(lacks)}. Except these from the Deny, and allow them: the certificate may not.`,
    );
  }
  if (gifts.length > 0) {
    finding.refuse(
      `Quarantine group "${group.name}" gives its members' identity away. By its policy ${by.join(" and ")} a certificate ` +
        `that is attached to another thing or to none can under a member's name: ${some(gifts)}. ${BINDING}`,
    );
  }
}

/** Says so of a function whose quarantine group the stack does not make, or shows nowhere. */
function judgeGroupElsewhere({ callback }: Callback, loop: Loop, finding: Finding): void {
  const elsewhere = groupsElsewhere(callback, loop.resources);
  for (const name of elsewhere) finding.unjudged(`quarantine group ${name}, which this stack does not make`);
  if (elsewhere.length > 0 || loop.groups.length > 0) return;
  finding.unjudged(
    "which thing group it quarantines devices in: none of this stack is known as one (tag it " +
      "iot-quarantine:component = QuarantineGroup, or name it in quarantineGroups of this policy's config)",
  );
}

/**
 * A quarantine group under whose policies a member could still speak or listen, or could not reach its own shadow,
 * or whose policies grant that to certificates that are not the member's.
 *
 * Each question is put to the evaluator that the sandbox enforces with; what the documents say is only where the
 * questions come from. Beside the group's policies stands a certificate's that allows everything, and for the own
 * shadow none. Nor does one for a stranger: its policy lets it connect as itself alone, so that all it can do under
 * the member's name is the group's gift.
 */
export const quarantinePolicyContains = loopPolicy({
  name: "quarantine-policy-contains",
  displayName: "Quarantine policy contains",
  description:
    "The policies of a quarantine group must stop everything but what quarantineAllows says, and grant that to the thing's own certificates alone.",
  severity: "critical",
  tags: ["iot-core", "containment"],
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html",
  remediationSteps:
    "Deny iot:* with the exceptions in NotResource (own client, own shadow topics), deny iot:RetainPublish, and allow " +
    "the exceptions where iot:Connection.Thing.IsAttached is true; keep the document within 2,048 characters.",
  settings: SETTINGS,
  judge: (loop, findings, { quarantineAllows, ...values }) => {
    const configured = values.allowsByStackConfig && configuredValue(process.env, "quarantineAllows");
    const opensJobs =
      Array.isArray(configured) && configured.includes("jobs") && !quarantineAllows.includes("jobs");
    const allows = opensJobs ? [...quarantineAllows, "jobs"] : quarantineAllows;
    for (const group of loop.groups) {
      findings.about(group, (finding) => {
        if (opensJobs) finding.advise(JOBS_ALLOWED);
        judgeGroup(group, loop, allows, finding);
      });
    }
    for (const callback of loop.callbacks) {
      findings.about(callback.callback, (finding) => judgeGroupElsewhere(callback, loop, finding));
    }
  },
});
