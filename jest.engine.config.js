const { spawnSync } = require("node:child_process");
const { projects, ...base } = require("./jest.config.js");

const hasPulumi = spawnSync("pulumi", ["version"], { stdio: "ignore" }).status === 0;
// By the run alone: other tools read this file too.
if (!hasPulumi && process.argv.includes("jest.engine.config.js")) {
  console.log(
    "The engine's tests are skipped, as there is no `pulumi` on PATH: install the Pulumi CLI, https://www.pulumi.com/docs/install/.",
  );
}

/** Tests under the real Pulumi engine. @type {import("jest").Config} */
module.exports = {
  ...base,
  ...projects[0],
  displayName: "engine",
  roots: ["<rootDir>/tests/engine"],
  testMatch: ["**/*.engine.ts"],
  testPathIgnorePatterns: hasPulumi ? [] : ["."],
  passWithNoTests: !hasPulumi,
  testTimeout: 600_000,
  globalSetup: "<rootDir>/tests/engine/support/global-setup.ts",
  globalTeardown: "<rootDir>/tests/engine/support/global-teardown.ts",
  coverageThreshold: {},
};
