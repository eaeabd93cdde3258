import { scripts } from "../../package.json";
import { startCommand } from "../support/command";
import { ROOT } from "../support/run-command";

// Each command once as npm starts it; what it does and refuses is tried in process.

const COMMANDS = Object.entries(scripts).flatMap(([name, script]): [string, string, string[]][] => {
  const [, main = "", verb] = /^node -r \.\/transpile\.js (\S+)(?: (\S+))?$/.exec(script) ?? [];
  return main === "" ? [] : [[name, main, verb === undefined ? [] : [verb]]];
});

test.each(COMMANDS)("%s starts, and says how it is used", async (name, main, args) => {
  const { code, output, errors } = await startCommand(ROOT, main, [...args, "--help"]).ended;
  expect([code, errors]).toEqual([0, ""]);
  expect(output).toMatch(new RegExp(`^Usage: npm run ${name.replace(/^sandbox:.*/, "sandbox:<up")}`));
  expect(output).toMatch(/\nExit codes:\n/);
});

test("a command that cannot run says why on standard error, and ends the process with 2", async () => {
  const { code, output, errors } = await startCommand(ROOT, "tools/ci/list-stacks.ts", ["/nowhere"]).ended;
  expect([code, output, errors]).toEqual([2, "", expect.stringMatching(/^There is no Pulumi/)]);
});
