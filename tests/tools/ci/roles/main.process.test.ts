import { spawnSync } from "node:child_process";
import { ROOT } from "./program";

function ciRoles(...args: string[]) {
  return spawnSync(process.execPath, ["-r", "./transpile.js", "tools/ci/roles/main.ts", ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
}

const dev = ["--stack", "dev", "--account", "123456789012"];

test("as JSON it prints the documents by name, and says that the stack's config names no boundary", () => {
  const { status, stdout, stderr } = ciRoles(...dev, "--repository", "o/n", "--output", "json");
  const documents = JSON.parse(stdout);
  expect([status, stderr]).toEqual([
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
  ]);
  expect(JSON.stringify(documents["deploy-trust"])).toContain('"repo:o/n:environment:dev"');
});

test("as text it prints one role's permissions, and says that a trust needs the repository", () => {
  const { status, stdout, stderr } = ciRoles(...dev, "--role", "preview", "--state-bucket", "my-state");
  expect(status).toBe(0);
  expect(stdout.match(/^# .+$/gm)).toEqual(["# preview-permissions"]);
  expect(stdout).toContain("arn:aws:s3:::my-state/.pulumi/*/iot-quarantine/dev/*");
  expect(stderr).toBe("The trust documents are left out; add --repository OWNER/NAME.\n");
});

test.each([
  [
    ["--role", "x", "--output", "y", "--repository", "a", "--state-bucket", "B"],
    [
      'Set --stack to the name of a stack; it is "".',
      'Set --account to the 12 digits of an account; it is "".',
      'Set --repository to OWNER/NAME or OWNER@ID/NAME@ID; it is "a".',
      'Set --state-bucket to the name of a bucket; it is "B".',
      'Set --role to preview or deploy; it is "x".',
      'Set --output to text or json; it is "y".',
    ],
  ],
  [["--nope"], ["Unknown option '--nope'"]],
  [["--stack", "none", "--account", "123456789012"], ["There is no stack none"]],
])("arguments %j are refused, all faults at once", (args, messages) => {
  const { status, stdout, stderr } = ciRoles(...args);
  expect([status, stdout]).toEqual([2, ""]);
  for (const message of messages) expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test("its help says how it is used", () => {
  expect(ciRoles("--help")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Usage: npm run ci:roles/),
  });
});
