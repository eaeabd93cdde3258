import { renderText } from "../../../../tools/policy-check/output/text";
import { findingOf, reportWith, TOPIC } from "../reports";

test("each policy that passed and each finding has a line, and a summary ends the table", () => {
  const findings = [
    findingOf({ resource: TOPIC }),
    findingOf({ level: "advisory", message: "It is odd." }),
    findingOf({ kind: "not judged", level: "advisory", message: "string value at .arn can't be known" }),
  ];
  expect(renderText(reportWith(findings)).split("\n")).toEqual([
    "policy  resource   level      message",
    "first   alerts     mandatory  It is wrong. (infra/alert-topic.ts:44)",
    "first   the stack  advisory   It is odd.",
    "first   the stack  advisory   not judged: string value at .arn can't be known",
    "second             advisory   passed",
    "",
    "2 policies over 3 resources of the stack dev: 1 passed, 1 violated; 1 mandatory and 1 advisory violations.",
    "",
  ]);
});

test.each([
  ["a line break", "one\r\n  two", "one two"],
  ["a terminal's command", "\u001b[2Jgone", "\\u{001b}[2Jgone"],
  ["a bell behind text", "ding\u0007", "ding\\u{0007}"],
  ["a change of direction", "a\u202eb", "a\\u{202e}b"],
  ["a line separator", "a\u2028b", "a\\u{2028}b"],
  ["letters of every kind", "Größe 温度 🙂", "Größe 温度 🙂"],
])("%s in a message cannot disturb the table", (_title, message, shown) => {
  const [, line] = renderText(reportWith([findingOf({ message })])).split("\n");
  expect(line).toBe(`first   the stack  mandatory  ${shown}`);
});
