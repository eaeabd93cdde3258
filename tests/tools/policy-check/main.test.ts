import { policyCommand } from "../../../tools/policy-check/main";
import { runCommand } from "../../support/run-command";

test.each([
  ["--stack ../x", /^Set --stack .*"\.\.\/x"/],
  ["--output xml", /^Set --output to one of text, json, github, sarif; it is "xml"/],
  ["--output sarfi", /Did you mean sarif\?/],
  ["--stack a/b --output xml", /--stack.*--output/s],
  ["--stakc dev", /--stakc.*Did you mean --stack\? Try --help/s],
  ["dev", /dev.*Try --help/s],
  ["--stack nobody", /^There is no stack nobody/],
])("%p ends the command with 2 and one message", async (line, message) => {
  const { code, output, errors } = await runCommand(policyCommand, line.split(" "));
  expect([code, output]).toEqual([2, ""]);
  expect(errors).toMatch(message);
});

test("a check that cannot begin is an annotation of a workflow too", async () => {
  const { code, output } = await runCommand(policyCommand, ["--stack", "nobody", "--output", "github"]);
  expect(code).toBe(2);
  expect(output).toMatch(/^::error title=The policies could not be checked::There is no stack nobody.*\n$/);
});
