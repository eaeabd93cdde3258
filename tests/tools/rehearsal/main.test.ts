import { rehearsalCommand } from "../../../tools/rehearsal/main";
import { runCommand } from "../../support/run-command";

it.each([
  ["an unknown option", ["--stakc", "dev"], "Did you mean --stack? Try --help."],
  ["an unknown output", ["--output", "xml"], 'Set --output to text or json; it is "xml".'],
  ["a stack that does not exist", ["--stack", "nobody"], "There is no stack nobody"],
])("ends with 2 for %s and says what is wrong", async (_what, args, message) => {
  const { code, output, errors } = await runCommand(rehearsalCommand, args);
  expect(errors).toContain(message);
  expect(output).not.toContain("ok");
  expect(code).toBe(2);
});
