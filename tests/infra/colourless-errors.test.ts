import { execFile } from "node:child_process";
import { promisify } from "node:util";

const PRELOADED = require.resolve("../../infra/colourless-errors.js");

/** What a program prints into whose process the file is preloaded. */
async function printed(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`--require=${PRELOADED}`, "-e", program]);
  return stdout;
}

test("an error with a frame right in a scope's folder is rendered, without colours", async () => {
  const program = `
    const error = new Error("wrong");
    error.stack = "Error: wrong\\n    at f (/p/node_modules/@pulumi/stack.ts:1:2)";
    process.stdout.write(require("util").inspect(error, { colors: true }));`;
  expect(await printed(program)).toBe("Error: wrong\n    at f (/p/node_modules/@pulumi/stack.ts:1:2)");
}, 120_000);

test("everything else of util.inspect stays", async () => {
  const program = `
    const { inspect } = require("node:util");
    const own = { [inspect.custom]: () => "own" };
    process.stdout.write(JSON.stringify([inspect(own), inspect({ a: { b: {} } }, false, 0), inspect.defaultOptions.depth]));`;
  expect(await printed(program)).toBe('["own","{ a: [Object] }",2]');
});
