import type { Location } from "./location";
import type { Level, PackConfig, PackInfo, Policy } from "./pack/pack-info";

/** Something that a policy says. */
export interface Finding {
  /** Name of the policy. */
  readonly policy: string;
  /** `not judged`: the policy could not see what it needed to know. */
  readonly kind: "violation" | "not judged";
  readonly level: Level;
  readonly message: string;
  /** What it is about; absent for the whole stack. */
  readonly resource?: {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** Where the program makes it, as far as that is known. */
    readonly location?: Location;
  };
}

/** How a policy came out: `violated` where it said anything but that it could not judge. */
type Status = "passed" | "violated" | "not judged" | "disabled";

/** A policy and how it came out. */
export interface PolicyResult {
  readonly policy: Policy;
  /** The level that is in force. */
  readonly level: Level;
  readonly status: Status;
  readonly findings: readonly Finding[];
}

/** What was judged. */
export interface Subject {
  readonly project: string;
  readonly stack: string;
  /** `preview`: what only a deploy can tell was unknown; `up`: the values after a deploy into the sandbox. */
  readonly values: "preview" | "up";
  /** How many resources were judged, the stack itself among them. */
  readonly resources: number;
}

/** How a stack came out under a pack. */
export interface PolicyReport extends Subject {
  readonly pack: { readonly name: string; readonly version: string };
  /** Every policy of the pack, in its order; then names under which it reported that it does not list. */
  readonly policies: readonly PolicyResult[];
}

/** How often each thing is in a report. */
export interface Counts extends Readonly<Record<"mandatory" | "advisory", number>> {
  readonly byStatus: Readonly<Record<Status, number>>;
}

function statusOf(level: Level, findings: readonly Finding[]): Status {
  if (findings.some(({ kind }) => kind === "violation")) return "violated";
  if (findings.length > 0) return "not judged";
  return level === "disabled" ? "disabled" : "passed";
}

const unlistedPolicy = (name: string): Policy => ({
  name,
  displayName: "",
  description: "",
  level: "advisory",
  remediation: "",
  url: "",
  tags: [],
  schema: { properties: {}, required: [] },
});

/** Puts together what the policies of a pack found. */
export function reportOf(
  subject: Subject,
  { name, version, policies }: PackInfo,
  config: PackConfig,
  findings: readonly Finding[],
): PolicyReport {
  // A violation may be reported under a name of its own; it must not be lost for that.
  const known = policies.map((policy) => policy.name);
  const strangers = new Set(findings.map(({ policy }) => policy).filter((policy) => !known.includes(policy)));
  const all = [...policies, ...[...strangers].map(unlistedPolicy)];
  const results = all.map((policy): PolicyResult => {
    const level = config[policy.name]?.level ?? policy.level;
    const own = findings.filter((finding) => finding.policy === policy.name);
    return { policy, level, status: statusOf(level, own), findings: own };
  });
  return { ...subject, pack: { name, version }, policies: results };
}

/** Everything found, what fails the check first. */
export function findingsOf({ policies }: PolicyReport): Finding[] {
  const rank = ({ kind, level }: Finding) => (kind === "not judged" ? 2 : level === "mandatory" ? 0 : 1);
  return policies.flatMap(({ findings }) => findings).sort((one, other) => rank(one) - rank(other));
}

/** Counts violations by level and policies by status. */
export function countsOf(report: PolicyReport): Counts {
  const violations = findingsOf(report).filter(({ kind }) => kind === "violation");
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const withStatus = (status: Status) => report.policies.filter((result) => result.status === status).length;
  return {
    mandatory,
    advisory: violations.length - mandatory,
    byStatus: {
      passed: withStatus("passed"),
      violated: withStatus("violated"),
      "not judged": withStatus("not judged"),
      disabled: withStatus("disabled"),
    },
  };
}

/** One line that sums a report up. */
export function summaryOf(report: PolicyReport): string {
  const { mandatory, advisory, byStatus } = countsOf(report);
  const statuses = Object.entries(byStatus).flatMap(([status, count]) =>
    count > 0 ? [`${count} ${status}`] : [],
  );
  const violations = `${mandatory} mandatory and ${advisory} advisory violations`;
  return `${report.policies.length} policies over ${report.resources} resources of the stack ${report.stack}: ${statuses.join(", ")}; ${violations}.`;
}
