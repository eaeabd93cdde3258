import { cpSync, rmSync } from "node:fs";
import { rehearsalCommand } from "../../../tools/rehearsal/main";
import type { Rehearsal } from "../../../tools/rehearsal/rehearse";
import { copyProject } from "../../support/project-copy";
import { expectAsKnown, PASSING, REFUSED, rehearsalArguments, STACKS } from "../../support/rehearsed-stacks";
import { runCommand } from "../../support/run-command";

let project: string;

beforeAll(() => {
  project = copyProject();
  cpSync(STACKS, project, { recursive: true });
});

afterAll(() => rmSync(project, { recursive: true }));

async function rehearsalOf(stack: string, ...more: readonly string[]) {
  const ended = await runCommand(rehearsalCommand, [...rehearsalArguments(stack), ...more], { project });
  expect(ended.errors).toBe("");
  return ended;
}

it.each(Object.keys(PASSING))(
  "holds for the stack %s, each alarm after the datapoints that its behavior asks for",
  async (stack) => expectAsKnown(stack, await rehearsalOf(stack)),
);

it.each(Object.keys(REFUSED))(
  "refuses the stack %s by the behavior that fences the healthy fleet, with the reason",
  async (stack) => expectAsKnown(stack, await rehearsalOf(stack)),
);

it("believes what the command line says of healthy devices", async () => {
  const { output } = await rehearsalOf("observe", "--healthy", "connection-attempts=0");
  const { healthy, ok } = JSON.parse(output) as Rehearsal;
  expect({ healthy, ok }).toEqual({ healthy: ["connection-attempts=0"], ok: true });
});
