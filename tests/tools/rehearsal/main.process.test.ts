import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rehearsalCommand } from "../../../tools/rehearsal/main";
import { startDevSandbox } from "../../sandbox/support/dev-sandbox";
import { startCommand } from "../../support/command";
import { copyProject } from "../../support/project-copy";
import { ROOT, runCommand } from "../../support/run-command";

it("prints one JSON document, the verdict, with nothing beside it", async () => {
  const args = ["--output", "json"];
  const { code, output, errors } = await startCommand(ROOT, "tools/rehearsal/main.ts", args).ended;
  expect(JSON.parse(output)).toMatchObject({ ok: true, documents: [{}, {}, {}] });
  expect(errors).toBe("");
  expect(code).toBe(0);
});

it("says in JSON too why the stack could not be deployed, and ends with 2", async () => {
  const project = copyProject();
  try {
    writeFileSync(
      join(project, "Pulumi.bad.yaml"),
      "config:\n  aws:region: us-east-1\n  iot-quarantine:quarantineAllows: [everything]\n",
    );
    const args = ["--stack", "bad", "--output", "json"];
    const { code, output, errors } = await runCommand(rehearsalCommand, args, { project });
    expect(JSON.parse(output)).toEqual({ ok: false, error: expect.stringContaining("quarantineAllows") });
    expect(errors).toContain("quarantineAllows");
    expect(code).toBe(2);
  } finally {
    rmSync(project, { recursive: true });
  }
});

it("rehearses once in a sandbox that runs already", async () => {
  const { sandbox } = await startDevSandbox();
  try {
    const args = ["--sandbox", sandbox.address.endpoint];
    const first = await runCommand(rehearsalCommand, args);
    expect(first.output).toContain("Every step held: 26 of 26.");
    expect(first.code).toBe(0);
    const second = await runCommand(rehearsalCommand, args);
    expect(second).toEqual({ code: 2, output: "", errors: expect.stringContaining("has seen a rehearsal") });
  } finally {
    await sandbox.stop();
  }
});

it("leaves nothing of a rehearsal that is interrupted, and ends with 130", async () => {
  const interrupt = new AbortController();
  const stderr = { write: () => interrupt.abort() };
  const io = { signal: interrupt.signal, stderr };
  expect(await runCommand(rehearsalCommand, ["--verbose"], io)).toMatchObject({ code: 130 });
});
