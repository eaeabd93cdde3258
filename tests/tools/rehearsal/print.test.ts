import { Printer } from "../../../tools/rehearsal/print";
import type { Rehearsal } from "../../../tools/rehearsal/rehearse";
import type { BehaviorResult } from "../../../tools/rehearsal/result";

const step = {
  step: "violation",
  ok: true,
  detail: "seen",
  virtualTime: "2026-01-01T06:05:00.000Z",
  elapsedMs: 2345,
};
const failed = { ...step, step: "shadow", ok: false, detail: "no flag" };

function printed(colours: boolean, act: (printer: Printer) => void): string {
  let text = "";
  act(
    new Printer((chunk) => {
      text += chunk;
    }, colours),
  );
  return text;
}

it("prints virtual time, elapsed wall time, verdict, step and detail", () => {
  const line = printed(false, (printer) => printer.step(step));
  expect(line).toMatch(/^06:05:00 +2\.3 s +ok +violation: seen\n$/);
});

it("has no escape sequences without colours, and some with them", () => {
  const act = (printer: Printer) => {
    printer.heading("dev", ["messages-sent=5 (default)"], []);
    printer.deployed(27, 1000);
    printer.step(failed);
  };
  expect(printed(false, act)).not.toContain("\u001b[");
  expect(printed(true, act)).toContain("\u001b[31mFAILED");
});

const behavior = (name: string): BehaviorResult => ({
  profile: "P",
  behavior: name,
  rule: "",
  response: "observe",
  state: "held",
  points: [],
  decisions: [],
});

const rehearsal = (over: Partial<Rehearsal>): Rehearsal => ({
  ok: true,
  steps: [step],
  documents: [],
  healthy: [],
  policies: [],
  behaviors: [behavior("A"), behavior("B")],
  notPlayed: [],
  ...over,
});

const closing = (over: Partial<Rehearsal>) => printed(false, (printer) => printer.closing(rehearsal(over)));

it("names step and behavior that do not hold at the end", () => {
  expect(closing({ ok: false, steps: [step, { ...failed, behavior: "P/A" }] })).toBe(
    '\nThe step "shadow" of P/A does not hold: no flag\n',
  );
});

it("prints the documents with their commands when every step held", () => {
  const documents = [{ command: "aws iot list-things", output: "{}" }];
  expect(closing({ documents })).toBe("\n$ aws iot list-things\n{}\n\nEvery step held: 1 of 1.\n");
});

const left = (name: string) => ({ profile: "P", behavior: name, reason: "its model is AWS's own" });

it("counts what was not played, and says so where that is all", () => {
  expect(closing({ notPlayed: [left("B")] })).toContain("1 of 1. Not played: 1 of 2 behaviors (P/B).");
  expect(closing({ ok: false, notPlayed: [left("A"), left("B")] })).toContain(
    "Nothing was rehearsed: P/A, P/B cannot be played.",
  );
});

it("says what an operator's part was left out for", () => {
  expect(closing({ leftOut: "what an operator does, as it is so" })).toBe(
    "\nEvery step held: 1 of 1. Not played: what an operator does, as it is so.\n",
  );
});

it("says before all else what a healthy device does, and what is not played", () => {
  const text = printed(false, (printer) => printer.heading("s", ["messages-sent=5 (default)"], [left("A")]));
  expect(text).toContain("A healthy device in five minutes: messages-sent=5 (default)\n");
  expect(text).toContain("Not played: P/A, as its model is AWS's own.\n");
});

it("says of a stack without behaviors that there was nothing to rehearse", () => {
  expect(closing({ behaviors: [] })).toContain("Nothing was rehearsed: the stack has no behaviors.");
});
