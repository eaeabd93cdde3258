import { rolesCommand } from "../../../../tools/ci/roles/main";
import { runCommand } from "../../../support/run-command";

test.each([
  [
    ["--role", "x", "--output", "y", "--repository", "a", "--state-bucket", "B"],
    [
      "Set --stack to a stack's name; it is not given.",
      "Set --account to the 12 digits of an account; it is not given.",
      'Set --repository to OWNER/NAME or OWNER@ID/NAME@ID; it is "a".',
      'Set --state-bucket to the name of a bucket; it is "B".',
      'Set --role to one of preview, deploy, operator; it is "x".',
      'Set --output to text or json; it is "y".',
    ],
  ],
  [["--nope"], ["Unknown option '--nope'"]],
  [["--stack", "none", "--account", "123456789012"], ["There is no stack none"]],
])("arguments %j are refused, all faults at once", async (args, messages) => {
  const { code, output, errors } = await runCommand(rolesCommand, args);
  expect([code, output]).toEqual([2, ""]);
  for (const message of messages) expect(errors).toContain(message);
  expect(errors).not.toMatch(/^ {4}at /m);
});
