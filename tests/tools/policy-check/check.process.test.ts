import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeployError } from "../../../pulumi-host/program/deploy-error";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { checkPolicies, type PolicyCheck } from "../../../tools/policy-check/check";
import { PackConfigError } from "../../../tools/policy-check/pack/pack-config";
import { PackError } from "../../../tools/policy-check/pack/pack-process";

const FIXTURES = join(__dirname, "fixtures");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "policy-check-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Checks the fixture's program with a fixture's pack. */
function check(pack: string, options: { config?: object; stack?: string; signal?: AbortSignal } = {}) {
  const { config, stack = "dev", signal = new AbortController().signal } = options;
  const path = join(folder, "config.json");
  if (config) writeFileSync(path, JSON.stringify(config));
  const request: PolicyCheck = {
    files: readStackFiles(join(FIXTURES, "program"), stack),
    up: false,
    pack: join(FIXTURES, "packs", pack),
    ...(config && { config: path }),
    log: () => undefined,
    signal,
  };
  return checkPolicies(request);
}

const outcome = ({ policies }: Awaited<ReturnType<typeof check>>) =>
  policies.map(({ policy, level, status, findings }) => [
    policy.name,
    level,
    status,
    findings.map(({ kind, message, resource }) => `${kind} ${resource?.name}: ${message}`),
  ]);

test("a real pack judges what a real program registers, and says what it could not judge", async () => {
  const report = await check("judges");
  expect(outcome(report)).toEqual([
    ["topic-has-key", "mandatory", "violated", ["violation second: Set kmsMasterKeyId."]],
    ["topic-name-starts", "advisory", "violated", ["violation first: Start the name with alarms-."]],
    [
      "topic-is-known",
      "mandatory",
      "not judged",
      ["not judged undefined: string value at .arn can't be known during preview"],
    ],
    ["shows-what-it-sees", "disabled", "disabled", []],
  ]);
  const [finding] = report.policies[0]?.findings ?? [];
  expect(finding?.resource?.location).toEqual({
    file: expect.stringMatching(/index\.js$/),
    line: 21,
    column: expect.any(Number),
  });
});

test("a pack's config sets levels and properties, and the pack is told stack, options and dependencies", async () => {
  const report = await check("judges", {
    config: {
      all: "disabled",
      "topic-name-starts": { enforcementLevel: "mandatory", start: "ticks" },
      "shows-what-it-sees": "advisory",
    },
  });
  const [hasKey, nameStarts, isKnown, shows] = report.policies;
  expect([hasKey?.status, isKnown?.status]).toEqual(["disabled", "disabled"]);
  expect(nameStarts).toMatchObject({
    level: "mandatory",
    findings: [{ level: "mandatory", message: "Start the name with ticks.", resource: { name: "second" } }],
  });
  const { seen, environment } = JSON.parse(shows?.findings[0]?.message ?? "{}");
  expect(seen).toEqual([
    { name: "default", protect: false, dependencies: [], by: [] },
    { name: "fixture-dev", protect: false, dependencies: [], by: [] },
    {
      name: "first",
      protect: true,
      region: "eu-west-1",
      parent: "fixture-dev",
      dependencies: [],
      by: [],
    },
    {
      name: "second",
      protect: false,
      region: "eu-west-1",
      parent: "fixture-dev",
      dependencies: ["first"],
      by: ["displayName"],
    },
  ]);
  expect(environment).toEqual(["dev", "true", expect.stringContaining('"fixture:topicName":"ticks"')]);
});

test.each([
  [
    "a program that refuses its config",
    "judges",
    { stack: "broken" },
    DeployError,
    /Set the size: the size is 7/,
  ],
  ["a pack that does not load", "broken", {}, PackError, /half a pack/],
  ["a pack with a fault of its own", "throwing", {}, PackError, /a fault of the policy's own/],
  [
    "a value that the schema refuses",
    "judges",
    { config: { "topic-name-starts": { start: "" } } },
    PackConfigError,
    /topic-name-starts\.start must NOT have fewer than 1 characters; it is ""/,
  ],
])("%s ends the check with one message", async (_title, pack, options, kind, message) => {
  const checking = check(pack, options);
  await expect(checking).rejects.toThrow(kind);
  await expect(checking).rejects.toThrow(message);
});

test("an interrupted check ends, and its processes with it", async () => {
  await expect(check("judges", { signal: AbortSignal.abort() })).rejects.toThrow();
});
