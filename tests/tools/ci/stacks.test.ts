import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listStacksCommand } from "../../../tools/ci/list-stacks";
import { orderStacks, readStacks, StacksError } from "../../../tools/ci/stacks";
import { ROOT, runCommand } from "../../support/run-command";

const folders: string[] = [];

/** A folder with one file a stack; the text of each, or one with a region. */
function folderOf(stacks: Record<string, string | undefined>): string {
  const folder = mkdtempSync(join(tmpdir(), "stacks-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(stacks)) {
    writeFileSync(join(folder, `Pulumi.${name}.yaml`), text ?? "config:\n  aws:region: eu-central-1\n");
  }
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test.each([
  [
    ["prod", "dev"],
    ["dev", "prod"],
  ],
  [
    ["staging", "prod", "dev"],
    ["dev", "staging", "prod"],
  ],
  [
    ["production", "eu", "prod", "asia"],
    ["asia", "eu", "prod", "production"],
  ],
  [
    ["zeta", "dev"],
    ["dev", "zeta"],
  ],
  [[], []],
])("stacks %j are deployed in the order %j", (names, ordered) => {
  expect(orderStacks(names)).toEqual(ordered);
});

test("ordering leaves the given list as it is", () => {
  const names = ["prod", "dev"];
  orderStacks(names);
  expect(names).toEqual(["prod", "dev"]);
});

test("this repository's own stacks can be read", () => {
  expect(readStacks(ROOT)[0]).toEqual({
    name: "dev",
    region: "us-east-1",
  });
});

test("only files of stacks are stacks, and a name that a shell could read otherwise is none", () => {
  const folder = folderOf({ dev: undefined, "a$(b)": undefined, "a b": undefined });
  writeFileSync(join(folder, "Pulumi.yaml"), "name: x\n");
  writeFileSync(join(folder, "Pulumi.dev.yaml.bak"), "");
  expect(readStacks(folder).map(({ name }) => name)).toEqual(["dev"]);
});

test.each(["eusc-de-east-1", "us-gov-west-1", "us-isob-east-1", "mx-central-1"])(
  "%s is a region",
  (region) => {
    expect(readStacks(folderOf({ dev: `config:\n  aws:region: ${region}\n` }))[0]?.region).toBe(region);
  },
);

test.each<[string, Record<string, string | undefined>, RegExp]>([
  ["there is no stack", {}, /There is no Pulumi\.<stack>\.yaml/],
  ["a stack has no config", { dev: "" }, /Pulumi\.dev\.yaml: Set `aws:region` to a region/],
  ["a region is no region", { dev: "config:\n  aws:region: 'x; y'\n" }, /it is "x; y"\./],
  ["a region is encrypted", { dev: "config:\n  aws:region:\n    secure: abc\n" }, /Set `aws:region`/],
  ["a file is no YAML", { dev: "a: [" }, /Pulumi\.dev\.yaml is no YAML/],
  [
    "one stack's environment is another's preview",
    { dev: undefined, "dev-preview": undefined },
    /Rename stack dev-preview or dev: both would have the environment dev-preview/,
  ],
  [
    "two stacks differ in capitals alone, which GitHub does not tell apart",
    { test: undefined, Test: undefined },
    /both would have the environment [tT]est\./,
  ],
])("it is told when %s", (_what, stacks, message) => {
  const folder = folderOf(stacks);
  expect(() => readStacks(folder)).toThrow(StacksError);
  expect(() => readStacks(folder)).toThrow(message);
});

test("the list for a workflow has all stacks, the first, and those after it", async () => {
  const cwd = folderOf({ prod: undefined, dev: undefined, test: undefined });
  const { code, output, errors } = await runCommand(listStacksCommand, [], { cwd });
  expect([code, errors]).toEqual([0, ""]);
  const lines = Object.fromEntries(
    output
      .trimEnd()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), JSON.parse(line.slice(line.indexOf("=") + 1))]),
  );
  const names = (stacks: { name: string }[]) => stacks.map(({ name }) => name);
  expect(names(lines.stacks)).toEqual(["dev", "test", "prod"]);
  expect(lines.first).toEqual({
    name: "dev",
    region: "eu-central-1",
  });
  expect(names(lines.later)).toEqual(["test", "prod"]);
});

test.each([
  ["has none", () => folderOf({})],
  ["is not there", () => "/nowhere/at/all"],
])("a list of a folder that %s prints nothing for the workflow and exits with 2", async (_what, folder) => {
  const { code, output, errors } = await runCommand(listStacksCommand, [folder()]);
  expect([code, output]).toEqual([2, ""]);
  expect(errors).toMatch(/^There is no Pulumi\.<stack>\.yaml in .*\.\n$/);
});
