import type { ReportViolation } from "@pulumi/policy";

/** What a message is about. */
export interface Subject {
  /** Logical name. */
  readonly name: string;
  /** URN. */
  readonly urn: string;
}

/** What a policy says of one resource. */
export interface Finding {
  /** Says what is wrong and what to set, at the level that the policy has (or that a pack config gives it). */
  refuse(message: string): void;
  /** Says what is wrong, as advice: nothing is stopped by it. */
  advise(message: string): void;
  /** Notes something that cannot be judged; all of a resource's are told in one message. */
  unjudged(what: string): void;
}

/**
 * What `reportViolation` takes besides a text, although its type does not say so: an object whose level stands
 * over the policy's own (`makeReportViolationFun` of `@pulumi/policy` 1.21). It is how one policy can say
 * something mandatory and something advisory.
 */
interface LeveledMessage {
  readonly message: string;
  readonly urn: string;
  readonly enforcementLevel: "advisory";
}

/** Begins every message about something that could not be judged. */
const NOT_JUDGED = "Not judged:";

/** Something that a policy says, and all the resources that it is true of. */
interface Saying {
  readonly level: "own" | "advisory";
  readonly message: string;
  readonly subjects: Subject[];
}

/** How a message calls a resource besides the first: names alone can be the same for resources of several types. */
function called({ name, urn }: Subject): string {
  const type = urn.split("::")[2]?.split("$").at(-1);
  return type === undefined ? `"${name}"` : `"${name}" (${type})`;
}

/** Collects what a policy says, resource by resource, and tells each kind of it once. */
export class Findings {
  /** By what they say, the resource's name left open. */
  readonly #sayings = new Map<string, Saying>();
  /** What could not be judged of each resource, by URN. */
  readonly #unjudged = new Map<string, { readonly subject: Subject; readonly what: Set<string> }>();

  readonly #report: ReportViolation;

  constructor(report: ReportViolation) {
    this.#report = report;
  }

  /**
   * Judges one resource. What is thrown meanwhile is told as something not judged, so that no resource can hide
   * the next one's faults.
   */
  about(subject: Subject, judge: (finding: Finding) => void): void {
    const unjudged = (what: string) => {
      const known = this.#unjudged.get(subject.urn) ?? { subject, what: new Set() };
      this.#unjudged.set(subject.urn, known);
      known.what.add(what);
    };
    try {
      judge({
        refuse: (message) => this.#say("own", message, subject),
        advise: (message) => this.#say("advisory", message, subject),
        unjudged,
      });
    } catch (error) {
      unjudged(`the policy itself failed (${String(error)})`);
    }
  }

  /** Says, of no resource, what is wrong with the policy's own config. */
  ofConfig(message: string): void {
    this.#report(message);
  }

  /** Tells all that was found: of the first resource of each kind, with the names of the others. */
  tell(): void {
    for (const { subject, what } of this.#unjudged.values()) {
      this.#say("advisory", `${NOT_JUDGED} "${subject.name}": ${[...what].join("; ")}.`, subject);
    }
    for (const { level, message, subjects } of this.#sayings.values()) {
      const [first, ...others] = subjects;
      const more = others.length === 0 ? "" : ` The same holds for ${others.map(called).join(", ")}.`;
      if (level === "own") this.#report(message + more, first?.urn);
      else {
        const leveled: LeveledMessage = {
          message: message + more,
          urn: first?.urn ?? "",
          enforcementLevel: level,
        };
        this.#report(leveled as unknown as string);
      }
    }
  }

  #say(level: Saying["level"], message: string, subject: Subject): void {
    const kind = `${level} ${message.replaceAll(`"${subject.name}"`, '""')}`;
    const saying = this.#sayings.get(kind) ?? { level, message, subjects: [] };
    this.#sayings.set(kind, saying);
    if (!saying.subjects.some(({ urn }) => urn === subject.urn)) saying.subjects.push(subject);
  }
}
