import { renderGithub, renderGithubFailure } from "../../../../tools/policy-check/output/github";
import { findingOf, reportWith, TOPIC } from "../reports";

const annotations = (...findings: Parameters<typeof findingOf>[0][]) =>
  renderGithub(reportWith(findings.map(findingOf)), "token")
    .split("\n")
    .filter((line) => /^::(error|warning|notice) /.test(line));

test.each([
  ["a mandatory violation is an error", { level: "mandatory" }, "error", ""],
  ["an advisory one is a warning", { level: "advisory" }, "warning", ""],
  ["what was not judged is a notice", { level: "advisory", kind: "not judged" }, "notice", "not judged: "],
] as const)("%s", (_title, finding, command, verdict) => {
  expect(annotations(finding)).toEqual([`::${command} title=first::${verdict}It is wrong.`]);
});

test("an annotation stands where the resource is made", () => {
  expect(annotations({ resource: TOPIC })).toEqual([
    "::error file=infra/alert-topic.ts,line=44,col=19,title=first::aws:sns/topic:Topic alerts: It is wrong.",
  ]);
});

test.each([
  ["a line break", "a\nb\r\nc", "a%0Ab%0D%0Ac"],
  ["a percent sign", "100% %0A", "100%25 %250A"],
  ["a command", "x\n::set-output name=a::b", "x%0A::set-output name=a::b"],
  ["colons and commas", "a: b, c", "a: b, c"],
])("%s in a message stays text", (_title, message, shown) => {
  expect(annotations({ message })).toEqual([`::error title=first::${shown}`]);
});

test("a path cannot add properties", () => {
  const resource = { ...TOPIC, location: { file: "a,line=1::b%\n.ts", line: 2, column: 3 } };
  expect(annotations({ resource })[0]).toMatch(
    /^::error file=a%2Cline=1%3A%3Ab%25%0A\.ts,line=2,col=3,title=/,
  );
});

test("what fails the check comes first, as only the first annotations are shown", () => {
  const lines = annotations(
    { level: "advisory", kind: "not judged" },
    { level: "advisory", message: "second" },
    { level: "mandatory", message: "first" },
  );
  expect(lines.map((line) => line.split(" ")[0])).toEqual(["::error", "::warning", "::notice"]);
});

test("the table stands where no command is obeyed", () => {
  const output = renderGithub(reportWith([findingOf({ message: "x\n::error::y" })]), "token");
  const [before, table, after] = output.split(/^::stop-commands::token\n|^::token::\n/m);
  expect(before).toBe("::error title=first::x%0A::error::y\n");
  expect(table).toMatch(/^policy .*\nfirst .* x ::error::y\nsecond .*passed\n\n2 policies .*\n$/);
  expect(after).toBe("");
});

test("a check that could not run is an error on one line", () => {
  expect(renderGithubFailure("no stack\nat all")).toBe(
    "::error title=The policies could not be checked::no stack%0Aat all\n",
  );
});
