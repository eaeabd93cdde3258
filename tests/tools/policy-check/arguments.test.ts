import { POLICY_HELP, policyArguments } from "../../../tools/policy-check/arguments";

test.each([
  ["", { stack: "dev", up: false, output: "text", help: false }],
  [
    "--stack prod-1 --up --output sarif --config c.json --pack other",
    { stack: "prod-1", up: true, output: "sarif", config: "c.json", pack: "other", help: false },
  ],
  ["--help", { stack: "dev", up: false, output: "text", help: true }],
])("%p is understood", (line, expected) => {
  expect(policyArguments(line.split(" ").filter(Boolean))).toEqual(expected);
});

test.each([
  ["--stack ../x", /Set --stack .*"\.\.\/x"/],
  ["--output xml", /Set --output to one of text, json, github, sarif; it is "xml"/],
  ["--stack a/b --output xml", /--stack.*--output/s],
  ["--stakc dev", /--stakc.*Try --help/s],
  ["dev", /dev.*Try --help/s],
])("%p is refused", (line, message) => {
  expect(() => policyArguments(line.split(" "))).toThrow(message);
});

test("the help names every option", () => {
  for (const option of ["--stack", "--up", "--pack", "--config", "--output", "--help"]) {
    expect(POLICY_HELP).toContain(`  ${option}`);
  }
});
