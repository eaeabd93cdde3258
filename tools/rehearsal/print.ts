import type { Rehearsal, StepResult } from "./rehearse";

/** SGR codes (ECMA-48). `util.styleText` decides by standard output, which is not where this may write. */
const COLOURS = { red: 31, green: 32 } as const;

/** Writes the rehearsal for a person; colours only where the stream shows them. */
export class Printer {
  readonly #colours: boolean;
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void, colours: boolean) {
    this.#write = write;
    this.#colours = colours;
  }

  /** The first lines. */
  heading(stack: string): void {
    this.#write(`Rehearsal of the stack ${stack} in the embedded AWS IoT\n\n`);
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
  step({ step, ok, detail, virtualTime, elapsedMs }: StepResult): void {
    const clock = virtualTime?.slice(11, 19) ?? "?";
    const mark = ok ? this.#paint("green", "ok    ") : this.#paint("red", "FAILED");
    this.#line(clock, elapsedMs, mark, `${step}: ${detail}`);
  }

  /** The documents and the verdict. */
  closing(rehearsal: Rehearsal): void {
    for (const { command, output } of rehearsal.documents) this.#write(`\n$ ${command}\n${output}\n`);
    const failed = rehearsal.steps.find(({ ok }) => !ok);
    this.#write(
      failed
        ? `\nThe step "${failed.step}" does not hold: ${failed.detail}\n`
        : `\nEvery step held: ${rehearsal.steps.length} of ${rehearsal.steps.length}.\n`,
    );
  }

  #line(clock: string, elapsedMs: number, mark: string, text: string): void {
    const elapsed = `${(elapsedMs / 1000).toFixed(1)} s`;
    this.#write(`${clock.padEnd(14)} ${elapsed.padStart(7)}   ${mark} ${text}\n`);
  }

  #paint(colour: keyof typeof COLOURS, text: string): string {
    return this.#colours ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
  }
}
