import { rolesCommand } from "../../../../tools/ci/roles/main";
import { runCommand } from "../../../support/run-command";

const dev = ["--stack", "dev", "--account", "123456789012"];

test("as JSON it prints the documents by name, and says that the stack's config names no boundary", async () => {
  const args = [...dev, "--repository", "o/n", "--output", "json"];
  const { code, output, errors } = await runCommand(rolesCommand, args);
  const documents = JSON.parse(output);
  expect([code, errors]).toEqual([
    0,
    expect.stringMatching(
      /^The config of stack dev names no permissions boundary, .*arn:aws:iam::123456789012:policy\/iot-quarantine-dev-boundary .*: pulumi config set iot-quarantine:permissionsBoundary iot-quarantine-dev-boundary --stack dev .*\n$/,
    ),
  ]);
  expect(Object.keys(documents)).toEqual([
    "preview-trust",
    "preview-permissions",
    "permissions-boundary",
    "deploy-trust",
    "deploy-permissions",
    "operator-permissions",
  ]);
  expect(JSON.stringify(documents["deploy-trust"])).toContain('"repo:o/n:environment:dev"');
});

test("as text it prints one role's permissions, and says that a trust needs the repository", async () => {
  const args = [...dev, "--role", "preview", "--state-bucket", "my-state"];
  const { code, output, errors } = await runCommand(rolesCommand, args);
  expect(code).toBe(0);
  expect(output.match(/^# .+$/gm)).toEqual(["# preview-permissions"]);
  expect(output).toContain("arn:aws:s3:::my-state/.pulumi/*/iot-quarantine/dev/*");
  expect(errors).toBe("The trust documents are left out; add --repository OWNER/NAME.\n");
});

test("of an operator it prints the permissions alone, and asks for nothing else", async () => {
  const { code, output, errors } = await runCommand(rolesCommand, [...dev, "--role", "operator"]);
  expect([code, errors]).toEqual([0, ""]);
  expect(output.match(/^# .+$/gm)).toEqual(["# operator-permissions"]);
});
