import { REGISTRY_NAME } from "../aws/names";
import type { EventDetail } from "./event";
import type { NoticeKind } from "./notice";

/** A message of SNS, and what it is for each protocol. */
export interface Message {
  /** For mail; Amazon SNS API Reference, "Publish", `Subject`: at most 100 printable ASCII characters. */
  readonly subject: string;
  /** For people. */
  readonly text: string;
  /** The same for programs. */
  readonly json: unknown;
}

/** Most devices that a message names. */
const SHOWN = 10;

/** What a kind is called, and what somebody who reads of one device types next. */
const KINDS: Readonly<Record<NoticeKind, { readonly title: string; readonly next: readonly string[] }>> = {
  quarantined: {
    title: "quarantined",
    next: ["show THING", 'release THING --reason "why it may go on"'],
  },
  held: {
    title: "held until somebody approves",
    next: ["show THING", "approve THING", "reject THING"],
  },
  exempt: { title: "alarmed, and exempt", next: ["show THING"] },
  notified: { title: "alarmed", next: ["show THING", 'add THING --reason "why it is fenced off"'] },
  "not-contained": { title: "NOT contained", next: ["show THING", "doctor THING"] },
  stale: { title: "alarmed too late to be acted on", next: ["show THING"] },
  released: { title: "released", next: ["show THING"] },
  "removed-by-hand": {
    title: "removed from quarantine by another hand",
    next: ["show THING", 'add THING --reason "why it stays"'],
  },
  "entered-by-hand": {
    title: "put into quarantine by another hand",
    next: ["show THING", 'release THING --reason "why it may go on"'],
  },
  failed: { title: "alarm not understood", next: ["redrive --dry-run"] },
};

const COMMAND = "npm run quarantine --";

/** What is to be typed about a thing, or about many. A name that is none of the registry's gets into no shell. */
function nextSteps(kind: NoticeKind, things: readonly string[]): readonly string[] {
  const [thing, ...others] = things;
  const { next } = KINDS[kind];
  const isSafe = thing !== undefined && REGISTRY_NAME.test(thing) && !thing.startsWith("-");
  const steps = next.filter((step) => !step.includes("THING") || (isSafe && others.length === 0));
  return steps.length > 0 ? steps.map((step) => step.replace("THING", thing ?? "")) : ["list"];
}

function lines(kind: NoticeKind, things: readonly string[]): string {
  return ["Type next:", ...nextSteps(kind, things).map((step) => `  ${COMMAND} ${step}`)].join("\n");
}

const subjectOf = (stack: string, what: string) =>
  `[iot-quarantine ${stack}] ${what}`.replace(/[^\x20-\x7e]/g, "?").slice(0, 100);

const named = (details: readonly EventDetail[]) => [
  ...new Set(details.flatMap(({ thingName }) => thingName ?? [])),
];

const about = ({ behaviorName, securityProfileName }: EventDetail) =>
  behaviorName === undefined ? "" : `${behaviorName} of ${securityProfileName ?? "?"}`;

function paragraph(detail: EventDetail): string {
  const fields = {
    thing: detail.thingName,
    behavior: about(detail),
    violation: detail.violationId,
    when: detail.at,
    who: detail.actor,
    why: detail.reason,
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `  ${name.padEnd(10)}${value}`)
    .join("\n");
}

/**
 * The message of some notices of one kind that is sent at once.
 *
 * @param details - at least one, all of one kind
 */
export function messageOf(stack: string, details: readonly EventDetail[]): Message {
  const [{ kind } = { kind: "failed" as const }] = details;
  const things = named(details);
  const { title } = KINDS[kind];
  const whom = things.length === 1 ? things[0] : `${details.length} alarms`;
  const shown = details.slice(0, SHOWN);
  const more = details.length - shown.length;
  return {
    subject: subjectOf(stack, `${whom}: ${title}`),
    text: [
      `Stack ${stack}: ${whom}: ${title}.`,
      ...shown.map(paragraph),
      ...(more > 0 ? [`  and ${more} more`] : []),
      lines(kind, things),
      "More of this kind and behavior in this hour comes as a count, in the next digest.",
    ].join("\n\n"),
    json: { version: 1, stack, kind, count: details.length, notices: shown },
  };
}

/** How many of a kind and behavior a digest counts, and some of their names. */
interface Count {
  readonly kind: NoticeKind;
  readonly securityProfileName?: string;
  readonly behaviorName?: string;
  count: number;
  readonly things: string[];
}

/** Counts notices by kind, profile and behavior, in the order in which they come. */
function countsOf(details: readonly EventDetail[]): readonly Count[] {
  const counts = new Map<string, Count>();
  for (const { kind, securityProfileName, behaviorName, thingName } of details) {
    const key = JSON.stringify([kind, securityProfileName, behaviorName]);
    const named = {
      ...(securityProfileName !== undefined && { securityProfileName }),
      ...(behaviorName !== undefined && { behaviorName }),
    };
    const count = counts.get(key) ?? { kind, ...named, count: 0, things: [] };
    count.count++;
    if (thingName !== undefined && count.things.length < SHOWN && !count.things.includes(thingName)) {
      count.things.push(thingName);
    }
    counts.set(key, count);
  }
  return [...counts.values()];
}

/**
 * The message of all notices that nobody was told of at once.
 *
 * @param details - at least one
 */
export function digestOf(stack: string, details: readonly EventDetail[]): Message {
  const counts = countsOf(details);
  const times = details.map(({ at }) => at).sort();
  const [since = "", until = ""] = [times[0], times.at(-1)];
  const line = ({ kind, behaviorName, securityProfileName, count, things }: Count) => {
    const of = behaviorName === undefined ? "" : `, ${behaviorName} of ${securityProfileName ?? "?"}`;
    const some = things.length < count ? `${things.join(", ")}, ...` : things.join(", ");
    return `  ${count} ${KINDS[kind].title}${of}: ${some}\n${lines(kind, count === 1 ? things : [])}`;
  };
  return {
    subject: subjectOf(
      stack,
      `${details.length} more, ${[...new Set(counts.map(({ kind }) => kind))].join(", ")}`,
    ),
    text: [
      `Stack ${stack}: what was decided from ${since} to ${until} beside what you were told at once.`,
      ...counts.map(line),
    ].join("\n\n"),
    json: { version: 1, stack, kind: "digest", since, until, count: details.length, counts },
  };
}
