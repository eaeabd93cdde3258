import { rehearsalCommand } from "../../../tools/rehearsal/main";
import { runCommand } from "../../support/run-command";

it.each([
  ["an unknown option", ["--stakc", "dev"], "Did you mean --stack? Try --help."],
  ["an unknown output", ["--output", "xml"], 'Set --output to text or json; it is "xml".'],
  ["pairs that are none", ["--healthy", "messages-sent"], "Set --healthy to name=value pairs"],
  [
    "a metric that there is not",
    ["--healthy", "messages=2"],
    "A healthy device has no messages: there is messages-sent",
  ],
  ["a sandbox elsewhere", ["--sandbox", "http://192.0.2.1:4566"], "--sandbox"],
  [
    "a sandbox that does not answer",
    ["--sandbox", "http://127.0.0.1:9"],
    "No sandbox answers at http://127.0.0.1:9",
  ],
  ["a report in no folder", ["--report", "nowhere/page.html"], "Set --report to a file that can be written"],
  ["a report that is a folder", ["--report", "tools"], "it is a folder"],
  ["a stack that does not exist", ["--stack", "nobody"], "There is no stack nobody"],
])("ends with 2 for %s and says what is wrong", async (_what, args, message) => {
  const { code, output, errors } = await runCommand(rehearsalCommand, args);
  expect(errors).toContain(message);
  expect(output).not.toContain("ok");
  expect(code).toBe(2);
});
