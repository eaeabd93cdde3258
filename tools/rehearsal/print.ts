import type { NotPlayed } from "../scenario/scenario";
import type { Rehearsal } from "./rehearse";
import type { StepResult } from "./step";

/** SGR codes (ECMA-48). `util.styleText` decides by standard output, which is not where this may write. */
const COLOURS = { red: 31, green: 32, yellow: 33 } as const;

const notPlayedLine = ({ profile, behavior, reason }: NotPlayed) =>
  `Not played: ${profile}/${behavior}, as ${reason}.`;

/** What came of a rehearsal, in one sentence. */
export function verdictOf({ steps, notPlayed, behaviors, leftOut }: Rehearsal): string {
  const failed = steps.find(({ ok }) => !ok);
  if (failed !== undefined) {
    const of = failed.behavior === undefined ? "" : ` of ${failed.behavior}`;
    return `The step "${failed.step}"${of} does not hold: ${failed.detail}`;
  }
  if (behaviors.length === 0) return "Nothing was rehearsed: the stack has no behaviors.";
  const left = notPlayed.map(({ profile, behavior }) => `${profile}/${behavior}`).join(", ");
  if (notPlayed.length === behaviors.length) return `Nothing was rehearsed: ${left} cannot be played.`;
  const missing =
    notPlayed.length === 0
      ? ""
      : ` Not played: ${notPlayed.length} of ${behaviors.length} behaviors (${left}).`;
  const rest = leftOut === undefined ? "" : ` Not played: ${leftOut}.`;
  return `Every step held: ${steps.length} of ${steps.length}.${missing}${rest}`;
}

/** Writes the rehearsal for a person; colours only where the stream shows them. */
export class Printer {
  readonly #colours: boolean;
  readonly #write: (text: string) => void;
  #behavior: string | undefined;

  constructor(write: (text: string) => void, colours: boolean) {
    this.#write = write;
    this.#colours = colours;
  }

  /** The first lines. */
  heading(stack: string, healthy: readonly string[], notPlayed: readonly NotPlayed[]): void {
    this.#write(`Rehearsal of the stack ${stack} in the embedded AWS IoT\n\n`);
    this.#write(`A healthy device in five minutes: ${healthy.join(", ") || "nothing is watched"}\n`);
    for (const each of notPlayed) this.#write(`${notPlayedLine(each)}\n`);
    this.#write("\n");
    this.#write("virtual time   elapsed   step\n");
  }

  /** The line that says that the stack stands. */
  deployed(resources: number, elapsedMs: number): void {
    this.#line(
      "",
      elapsedMs,
      this.#paint("green", "ok    "),
      `deploy the stack: ${resources} resources by the unmodified program`,
    );
  }

  /** A step's line. */
  step({ step, behavior, ok, detail, virtualTime, elapsedMs }: StepResult): void {
    if (behavior !== undefined && behavior !== this.#behavior) this.#write(`${behavior}\n`);
    this.#behavior = behavior;
    const clock = virtualTime?.slice(11, 19) ?? "?";
    const mark = ok ? this.#paint("green", "ok    ") : this.#paint("red", "FAILED");
    this.#line(clock, elapsedMs, mark, `${step}: ${detail}`);
  }

  /** A behavior that turns out not to be playable. */
  notPlayed(notPlayed: NotPlayed): void {
    this.#write(`${this.#paint("yellow", notPlayedLine(notPlayed))}\n`);
  }

  /** The documents and the verdict. */
  closing(rehearsal: Rehearsal): void {
    for (const { command, output } of rehearsal.documents) this.#write(`\n$ ${command}\n${output}\n`);
    this.#write(`\n${verdictOf(rehearsal)}\n`);
  }

  #line(clock: string, elapsedMs: number, mark: string, text: string): void {
    const elapsed = `${(elapsedMs / 1000).toFixed(1)} s`;
    this.#write(`${clock.padEnd(14)} ${elapsed.padStart(7)}   ${mark} ${text}\n`);
  }

  #paint(colour: keyof typeof COLOURS, text: string): string {
    return this.#colours ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
  }
}
