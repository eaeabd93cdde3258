import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCommand } from "../../support/command";
import { copyProject } from "../../support/project-copy";

const folder = copyProject();
afterAll(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[]) => startCommand(folder, "tools/rehearsal/main.ts", args).ended;

it("prints one JSON document, the verdict, with nothing beside it", async () => {
  const { code, output, errors } = await run(["--output", "json"]);
  expect(JSON.parse(output)).toMatchObject({ ok: true, documents: [{}, {}, {}] });
  expect(errors).toBe("");
  expect(code).toBe(0);
});

it("says in JSON too why the stack could not be deployed, and ends with 2", async () => {
  writeFileSync(
    join(folder, "Pulumi.bad.yaml"),
    "config:\n  aws:region: us-east-1\n  iot-quarantine:quarantineAllows: [everything]\n",
  );
  const { code, output, errors } = await run(["--stack", "bad", "--output", "json"]);
  expect(JSON.parse(output)).toEqual({ ok: false, error: expect.stringContaining("quarantineAllows") });
  expect(errors).toContain("quarantineAllows");
  expect(code).toBe(2);
});

it.each([
  ["an unknown option", ["--stakc", "dev"], "Try --help."],
  ["an unknown output", ["--output", "xml"], 'Set --output to text or json; it is "xml".'],
  ["a stack that does not exist", ["--stack", "nobody"], "There is no stack nobody"],
])("ends with 2 for %s and says what is wrong", async (_what, args, message) => {
  const { code, output, errors } = await run(args);
  expect(errors).toContain(message);
  expect(output).not.toContain("ok");
  expect(code).toBe(2);
});
