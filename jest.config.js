// aedes and two of its dependencies are ES modules; jest runs CommonJS, so they are converted.
const ESM_PACKAGES = "aedes|aedes-persistence|mqemitter";

/** What every test file is run with. @type {import("jest").Config} */
const common = {
  testEnvironment: "node",
  roots: ["<rootDir>/tests"],
  // A source before a `.js` of its name, as in transpile.js.
  moduleFileExtensions: ["ts", "js", "cjs", "json", "node"],
  setupFiles: ["<rootDir>/tests/setup-env.ts"],
  transform: {
    "\\.ts$": "<rootDir>/tests/esbuild-transform.js",
    [`node_modules/(${ESM_PACKAGES})/.+\\.js$`]: "<rootDir>/tests/esbuild-transform.js",
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_PACKAGES})/)`],
};

// Tests of what runs as a process of its own, and of load, cost as much as all others: `npm run check` runs them.
const PROCESSES = ".process.test.ts";

/** @type {import("jest").Config} */
module.exports = {
  maxWorkers: "100%",
  // Far more than any takes: it ends a test that hangs, and must not judge how busy the machine is.
  testTimeout: 1_800_000,
  projects: [
    {
      ...common,
      displayName: "unit",
      setupFiles: [...common.setupFiles, "<rootDir>/tests/setup-bundle.ts"],
      moduleNameMapper: { "^(typescript|@npmcli/arborist)$": "<rootDir>/tests/no-closures.js" },
      // `lib/detect/spec.ts` is source: only *.test.ts are tests.
      testMatch: ["**/*.test.ts"],
      testPathIgnorePatterns: [`${PROCESSES.replaceAll(".", "\\.")}$`],
    },
    {
      ...common,
      displayName: "processes",
      setupFiles: [...common.setupFiles, "<rootDir>/tests/setup-kept-bundles.ts"],
      globalSetup: "<rootDir>/tests/support/cheaper-processes.ts",
      globalTeardown: "<rootDir>/tests/support/cheaper-processes-end.ts",
      testMatch: [`**/*${PROCESSES}`],
    },
  ],
  // istanbul's counters would leak into serialized code; v8 measures without touching it (docs/decisions.md).
  coverageProvider: "v8",
  collectCoverageFrom: [
    "index.ts",
    "{functions,infra,lib,policy-pack,pulumi-host,sandbox,tools}/**/*.ts",
    "!tools/bench/**",
    "!**/*.d.ts",
  ],
  coverageThreshold: { global: { lines: 90 } },
};
