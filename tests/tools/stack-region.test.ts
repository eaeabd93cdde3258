import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "../../lib/command/command";
import { rolesCommand } from "../../tools/ci/roles/main";
import { policyCommand } from "../../tools/policy-check/main";
import { rehearsalCommand } from "../../tools/rehearsal/main";
import { sandboxCommand } from "../../tools/sandbox/main";
import { runCommand } from "../support/run-command";

let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "iot-quarantine-region-"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: p\nruntime: nodejs\n");
  writeFileSync(join(project, "Pulumi.none.yaml"), "config: {}\n");
  writeFileSync(join(project, "Pulumi.typo.yaml"), "config:\n  aws:region: us-esat-1\n");
});

afterAll(() => rmSync(project, { recursive: true }));

describe.each<[string, Command, string[]]>([
  ["the offline check", policyCommand, []],
  ["the offline check with a deploy", policyCommand, ["--up"]],
  ["the rehearsal", rehearsalCommand, []],
  ["the sandbox", sandboxCommand, ["--port", "0", "--mqtt-port", "0"]],
  ["the printing of CI's roles", rolesCommand, ["--account", "123456789012"]],
])("%s takes no region for granted", (_name, command, args) => {
  test.each([
    ["none", "it is not set."],
    ["typo", 'it is "us-esat-1". Did you mean us-east-1?'],
  ])("of the stack %s", async (stack, state) => {
    const { code, errors } = await runCommand(command, ["--stack", stack, ...args], { project });
    const file = join(project, `Pulumi.${stack}.yaml`);
    expect([code, errors]).toEqual([
      2,
      `${file}: Set \`aws:region\` to a region such as us-east-1; ${state}\n`,
    ]);
  });
});
