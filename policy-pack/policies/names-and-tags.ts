import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
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

function judgeTags(member: Resource, required: readonly string[], finding: Finding): void {
  const tags = tagsOf(member);
  if (tags === UNKNOWN) {
    finding.unjudged("its tags, which are not known before the deployment");
    return;
  }
  const missing = required.filter((key) => !tags.has(key));
  if (tags.size > 0 && missing.length === 0) return;
  const fault = tags.size === 0 ? "has no tags" : `lacks the tags ${missing.join(", ")}`;
  finding.refuse(
    `"${member.name}" (${member.type}) ${fault}: nobody can tell which stack and which loop it belongs to. Set tags, ` +
      "for example iot-quarantine:stack and iot-quarantine:component.",
  );
}

/** Whether a name holds another as a word of its own. */
function holds(name: string, word: string): boolean {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?:^|[^a-z0-9])${escaped}(?:$|[^a-z0-9])`, "i").test(name);
}

function judgeName(member: Resource, shared: readonly string[], finding: Finding): void {
  const { name, securityProfileName } = member.props;
  const physical = member.kind === "profile" ? securityProfileName : name;
  const configured = configuredStrings(process.env);
  const stack = member.urn.split("::")[0]?.split(":").at(-1) ?? "";
  // Without the stack's config it cannot be told whether a name was chosen on purpose.
  if (typeof physical !== "string" || configured === undefined || stack === "") return;
  if (AUTONAMED.test(physical) || holds(physical, stack)) return;
  if ([...configured].some((text) => text.length > 1 && holds(physical, text))) return;
  if (shared.some((pattern) => covers(pattern, physical))) return;
  finding.refuse(
    `"${member.name}" (${member.type}) has the physical name "${physical}" in every stack: two stacks of one account ` +
      `collide. Put the stack's name (${stack}) into it, make it a config value, or name it in sharedNames of this ` +
      "policy's config.",
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
    for (const member of membersOf(loop)) {
      findings.about(member, (finding) => {
        judgeTags(member, requiredTags, finding);
        judgeName(member, sharedNames, finding);
      });
    }
  },
});
