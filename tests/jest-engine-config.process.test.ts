import { spawnSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";

const ROOT = resolve(__dirname, "..");
const JEST = join(ROOT, "node_modules", "jest", "bin", "jest.js");

test("without the Pulumi CLI the engine's tests are skipped, with one sentence that says how to install it", () => {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [JEST, "--config", "jest.engine.config.js"], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...env, PATH: dirname(JEST) },
  });
  expect(
    stdout.match(/^The engine's tests are skipped, .*install the Pulumi CLI, https:\S+$/gm),
  ).toHaveLength(1);
  expect(stdout).not.toMatch(/engine operations: [1-9]/i);
  expect(status).toBe(0);
});
