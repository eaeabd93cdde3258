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

/** Collects what a policy says, resource by resource. */
export class Findings {
  constructor(private readonly report: ReportViolation) {}

  /**
   * Judges one resource. What is thrown meanwhile is told as something not judged, so that no resource can hide
   * the next one's faults.
   */
  about(subject: Subject, judge: (finding: Finding) => void): void {
    const unjudged = new Set<string>();
    try {
      judge({
        refuse: (message) => this.report(message, subject.urn),
        advise: (message) => this.advise(message, subject),
        unjudged: (what) => unjudged.add(what),
      });
    } catch (error) {
      unjudged.add(`the policy itself failed (${String(error)})`);
    }
    if (unjudged.size > 0) {
      this.advise(`${NOT_JUDGED} "${subject.name}": ${[...unjudged].join("; ")}.`, subject);
    }
  }

  /** Says, of no resource, what is wrong with the policy's own config. */
  ofConfig(message: string): void {
    this.report(message);
  }

  private advise(message: string, { urn }: Subject): void {
    const leveled: LeveledMessage = { message, urn, enforcementLevel: "advisory" };
    this.report(leveled as unknown as string);
  }
}
