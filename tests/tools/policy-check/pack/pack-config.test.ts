import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPackConfig, reconciledConfig } from "../../../../tools/policy-check/pack/pack-config";
import type { PackConfig, PackInfo } from "../../../../tools/policy-check/pack/pack-info";
import { policyOf } from "../reports";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pack-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string): PackConfig {
  const path = join(folder, "config.json");
  writeFileSync(path, text);
  return readPackConfig(path);
}

test.each([
  ["nothing", " \n", {}],
  ["a level", '{"p": "advisory"}', { p: { level: "advisory", properties: {} } }],
  ["properties", '{"p": {"a": [1]}}', { p: { properties: { a: [1] } } }],
  [
    "both",
    '{"p": {"enforcementLevel": "disabled", "a": 1}}',
    { p: { level: "disabled", properties: { a: 1 } } },
  ],
])("a file can hold %s", (_title, text, config) => {
  expect(read(text)).toEqual(config);
});

test.each([
  ["is no JSON", "{", /cannot be read/],
  ["is no object", "[]", /must be a JSON object/],
  ["holds an unknown level", '{"p": "sometimes"}', /enforcementLevel of p to advisory.*"sometimes"/s],
  ["holds an inherited name as a level", '{"p": "toString"}', /enforcementLevel of p/],
  ["holds a level of another type", '{"p": {"enforcementLevel": 1}}', /enforcementLevel of p.*it is 1/s],
  ["holds neither level nor object", '{"p": 1, "q": null}', /Set p .*it is 1\.\nSet q .*it is null/],
])("a file that %s is refused", (_title, text, message) => {
  expect(() => read(text)).toThrow(message);
});

test("a file that is not there is refused", () => {
  expect(() => readPackConfig(join(folder, "none.json"))).toThrow(/none\.json cannot be read: ENOENT/);
});

const info = (config: PackConfig = {}): PackInfo => ({
  name: "pack",
  version: "1.2.3",
  policies: [
    policyOf({
      name: "p",
      level: "mandatory",
      schema: {
        properties: {
          accounts: { type: "array", items: { type: "string" }, default: ["a"] },
          size: { type: "integer", minimum: 1 },
        },
        required: [],
      },
    }),
    policyOf({ name: "q", level: "advisory" }),
  ],
  config,
});

test.each([
  [
    "the schema's defaults and the policies' own levels stand first",
    {},
    {},
    { p: ["mandatory", { accounts: ["a"] }], q: ["advisory", {}] },
  ],
  [
    "the pack's own config is laid over them",
    { p: { level: "advisory", properties: { size: 2 } } },
    {},
    { p: ["advisory", { accounts: ["a"], size: 2 }], q: ["advisory", {}] },
  ],
  [
    "the file is laid over both",
    { p: { level: "advisory", properties: { size: 2 } } },
    { p: { level: "disabled", properties: { size: 3, accounts: [] } } },
    { p: ["disabled", { accounts: [], size: 3 }], q: ["advisory", {}] },
  ],
  [
    "all sets every level but one that is named",
    {},
    { all: { level: "disabled", properties: {} }, q: { level: "mandatory", properties: {} } },
    { p: ["disabled", { accounts: ["a"] }], q: ["mandatory", {}] },
  ],
  [
    "all of the file is stronger than a level of the pack's own",
    { p: { level: "mandatory", properties: {} } },
    { all: { level: "advisory", properties: {} } },
    { p: ["advisory", { accounts: ["a"] }], q: ["advisory", {}] },
  ],
] as const)("%s", (_title, initial, file, expected) => {
  const reconciled = Object.entries(reconciledConfig(info(initial), file));
  expect(reconciled.map(([name, { level, properties }]) => [name, [level, properties]])).toEqual(
    Object.entries(expected),
  );
});

test("all faults are told at once", () => {
  const file: PackConfig = {
    p: { properties: { accounts: "a", size: 0 } },
    typo: { level: "advisory", properties: {} },
  };
  expect(() => reconciledConfig(info(), file)).toThrow(
    [
      "The policies' config is wrong:",
      "typo is no policy of the pack pack. There is: p, q.",
      'p.accounts must be array; it is "a".',
      "p.size must be >= 1; it is 0.",
    ].join("\n"),
  );
});

test("a required property without a default must be set", () => {
  const policy = policyOf({ name: "p", schema: { properties: {}, required: ["owner"] } });
  const pack = { ...info(), policies: [policy] };
  expect(() => reconciledConfig(pack, {})).toThrow("p.owner must be set.");
  expect(reconciledConfig(pack, { p: { properties: { owner: "me" } } })).toHaveProperty("p");
});

test("a schema that cannot be judged by is told with the policy", () => {
  const policy = policyOf({
    name: "p",
    schema: { properties: { a: { contains: 1, default: [] } }, required: [] },
  });
  expect(() => reconciledConfig({ ...info(), policies: [policy] }, {})).toThrow(/^p: .*contains/m);
});
