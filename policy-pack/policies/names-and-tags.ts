import { loopPolicy } from "../define-policy";
import type { Finding, Findings } from "../findings";
import { stringsSetting } from "../input/settings";
import { configuredStrings } from "../input/stack-config";
import { UNKNOWN } from "../input/unknown";
import { covers } from "../simulation/samples";
import { membersOf } from "../stack/loop-members";
import type { Resource } from "../stack/resources";
import { tagsOf } from "../stack/tags";

const SETTINGS = {
  requiredTags: stringsSetting(
    "Keys of tags that each resource of the loop must have; without any, it must have some tag.",
  ),
  sharedNames: stringsSetting("Physical names that may be the same in every stack; * stands for any text."),
};

/** What Pulumi puts behind a name of its own making. Source: Pulumi documentation, "Resource names", "Autonaming". */
const AUTONAMED = /-[0-9a-f]{7}$/;

/** A hash as a word: what stands for the parts of a name that a service does not take, or that are too long. */
const HASHED = /(?:^|[-_])(?=\d*[a-f])[0-9a-f]{8,}(?:[-_]|$)/;

/** What is wrong with the tags of a resource of the loop. */
function tagFault(member: Resource, required: readonly string[], finding: Finding): string | undefined {
  const tags = tagsOf(member);
  if (tags === UNKNOWN) {
    finding.unjudged("its tags, which are not known before the deployment");
    return undefined;
  }
  const missing = required.filter((key) => !tags.has(key));
  if (tags.size === 0) return "Without tags";
  return missing.length === 0 ? undefined : `Without the tags ${missing.join(", ")}`;
}

/** Whether a name holds another as words of its own, whatever stands between words. */
function holds(name: string, other: string): boolean {
  const words = (text: string) => `-${text.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-`.replace(/--+/g, "-");
  return words(name).includes(words(other));
}

/** The stack that a resource is in. */
const stackOf = ({ urn }: Resource): string => urn.split("::")[0]?.split(":").at(-1) ?? "";

/** The physical name of a resource, if it is the same in every stack. */
function sharedName(
  member: Resource,
  configured: ReadonlySet<string>,
  shared: readonly string[],
): string | undefined {
  const { name, securityProfileName } = member.props;
  const physical = member.kind === "profile" ? securityProfileName : name;
  const stack = stackOf(member);
  if (typeof physical !== "string" || stack === "") return undefined;
  if (AUTONAMED.test(physical) || HASHED.test(physical) || holds(physical, stack)) return undefined;
  if (configured.has(physical)) return undefined;
  // A letter is a word of many names.
  if ([...configured].some((text) => text.length > 1 && holds(physical, text))) return undefined;
  if (shared.some((pattern) => covers(pattern, physical))) return undefined;
  return physical;
}

function judgeTags(members: readonly Resource[], required: readonly string[], findings: Findings): void {
  for (const member of members) {
    findings.about(member, (finding) => {
      const fault = tagFault(member, required, finding);
      if (fault === undefined) return;
      finding.refuse(
        `${fault} nobody can tell which stack and which loop "${member.name}" belongs to. Set tags, for example ` +
          "iot-quarantine:stack and iot-quarantine:component.",
      );
    });
  }
}

function judgeNames(members: readonly Resource[], shared: readonly string[], findings: Findings): void {
  const configured = configuredStrings(process.env);
  // Without the stack's config it cannot be told whether a name was chosen on purpose.
  if (configured === undefined) return;
  const named = members.flatMap((member) => {
    const physical = sharedName(member, configured, shared);
    return physical === undefined ? [] : [{ member, physical }];
  });
  const [first] = named;
  if (first === undefined) return;
  const all = named.map(({ member, physical }) => `"${physical}" of "${member.name}" (${member.type})`);
  findings.about(first.member, (finding) =>
    finding.refuse(
      `Two stacks of one account collide by a physical name that is the same in every stack: ${all.join(", ")}. Put the ` +
        `stack's name (${stackOf(first.member)}) into it, make it a config value, or name it in sharedNames of this ` +
        "policy's config.",
    ),
  );
}

/** Resources of the loop that nobody can tell apart, or that two stacks would both want. */
export const namesAndTags = loopPolicy({
  name: "names-and-tags",
  displayName: "Names and tags tell stacks apart",
  description:
    "Resources of a quarantine loop should be tagged, and not collide with another stack's of the account.",
  severity: "low",
  tags: ["naming", "tagging"],
  url: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
  enforcementLevel: "advisory",
  remediationSteps:
    "Tag the resource, and put the stack's name into its physical name or read it from the config.",
  settings: SETTINGS,
  judge: (loop, findings, { requiredTags, sharedNames }) => {
    const members = membersOf(loop);
    judgeTags(members, requiredTags, findings);
    judgeNames(members, sharedNames, findings);
  },
});
