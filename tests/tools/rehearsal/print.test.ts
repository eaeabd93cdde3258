import { Printer } from "../../../tools/rehearsal/print";

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
    printer.heading("dev");
    printer.deployed(27, 1000);
    printer.step(failed);
  };
  expect(printed(false, act)).not.toContain("\u001b[");
  expect(printed(true, act)).toContain("\u001b[31mFAILED");
});

it("names the step that does not hold at the end", () => {
  const text = printed(false, (printer) =>
    printer.closing({ ok: false, steps: [step, failed], documents: [] }),
  );
  expect(text).toBe('\nThe step "shadow" does not hold: no flag\n');
});

it("prints the documents with their commands when every step held", () => {
  const documents = [{ command: "aws iot list-things", output: "{}" }];
  const text = printed(false, (printer) => printer.closing({ ok: true, steps: [step], documents }));
  expect(text).toBe("\n$ aws iot list-things\n{}\n\nEvery step held: 1 of 1.\n");
});
