import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { startSandbox } from "../../sandbox/start-sandbox";
import { rehearsalCommand } from "../../tools/rehearsal/main";
import { regionOf } from "../../tools/stack-region";
import { startCommand } from "../support/command";
import { copyProject } from "../support/project-copy";
import { expectAsKnown, PASSING, REFUSED, rehearsalArguments, STACKS } from "../support/rehearsed-stacks";
import { runCommand } from "../support/run-command";
import { countOperation } from "./support/engine";

// What a user types: docs/rehearsal.md, "In a sandbox that runs". That each stack ends as it does without the engine.

/** Another partition and groups; a metric that is made before, and reports that may not come too soon; one that is refused. */
const MOST_DIFFERENT = ["three", "battery", "tight"];

/** All of them take minutes; CONTRIBUTING.md has the command. */
const CHOSEN = process.env.REHEARSE_ALL ? Object.keys({ ...PASSING, ...REFUSED }) : MOST_DIFFERENT;

let folder: string;
let state: string;

beforeAll(() => {
  folder = copyProject();
  state = mkdtempSync(join(tmpdir(), "iot-quarantine-state-"));
  cpSync(STACKS, folder, { recursive: true });
});

afterAll(() => {
  for (const made of [folder, state]) rmSync(made, { recursive: true });
});

test.each(CHOSEN)("the stack %s is rehearsed as the engine deployed it", async (stack) => {
  // At the usual speed, so that a device that is late in one window would report too soon in the next.
  const sandbox = await startSandbox({ port: 0, region: regionOf(readStackFiles(folder, stack)), speed: 1 });
  try {
    const { endpoint } = sandbox.address;
    countOperation("up");
    const where = ["--stack", stack, "--endpoint", endpoint, "--state", state];
    const up = startCommand(folder, "tools/sandbox/pulumi.ts", ["up", ...where, "--", "--skip-preview"]);
    expect(await up.ended).toMatchObject({ code: 0 });
    const args = [...rehearsalArguments(stack), "--sandbox", endpoint];
    expectAsKnown(stack, await runCommand(rehearsalCommand, args, { project: folder }));
  } finally {
    await sandbox.stop();
  }
});
