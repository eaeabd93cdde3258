import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { ASSUMPTIONS } from "../tools/verify/run";

const ROOT = join(__dirname, "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** What a reader of the repository is shown. */
const DOCUMENTS = [
  "README.md",
  "SECURITY.md",
  "CONTRIBUTING.md",
  "policy-pack/README.md",
  "sandbox/README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

test.each(DOCUMENTS)("%s names no npm script that there is not", (path) => {
  const { scripts } = JSON.parse(read("package.json"));
  const named = [...read(path).matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name]) => name);
  expect(named.filter((name) => !(String(name) in scripts))).toEqual([]);
});

test.each(DOCUMENTS)("the links of %s lead somewhere", (path) => {
  const targets = [...read(path).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => String(target));
  const own = targets.filter((target) => !/^https?:/.test(target));
  expect(own.filter((target) => !existsSync(join(ROOT, dirname(path), target)))).toEqual([]);
});

// `--cli-binary-format` is unknown to v1, which then refuses the whole command; v2 takes text for base64.
test.each(DOCUMENTS)("the AWS CLI commands of %s are the same in its versions 1 and 2", (path) => {
  const commands = read(path)
    .split("\n")
    .filter((line) => line.startsWith("aws "));
  const ofOneVersion = /--cli-binary-format|--(no-)?cli-pager|--cli-auto-prompt|--payload (?!fileb:)/;
  expect(commands.filter((command) => ofOneVersion.test(command))).toEqual([]);
});

test("the table of configuration keys is Pulumi.yaml's, in its order", () => {
  const keys = [...read("docs/configuration.md").matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
  expect(keys).toEqual(Object.keys(parse(read("Pulumi.yaml")).config));
});

test("the README can be read in one go", () => {
  expect(read("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(150);
});

describe("docs/aws-facts.md", () => {
  const rows = read("docs/aws-facts.md")
    .split("\n")
    .filter((line) => line.startsWith("| "));
  const tried = rows.filter((row) => row.includes("`verify:aws`"));
  const factOf = (row: string) => row.slice(2);

  test("marks with verify:aws what the command tries, and nothing else", () => {
    const facts = [...new Set(ASSUMPTIONS.map(({ fact }) => fact))];
    expect(facts.filter((fact) => tried.filter((row) => factOf(row).startsWith(fact)).length !== 1)).toEqual(
      [],
    );
    expect(tried.filter((row) => !facts.some((fact) => factOf(row).startsWith(fact)))).toEqual([]);
  });

  test("says of everything that is assumed how an account settles it", () => {
    // A mark that ends its cell says no more than that it is one.
    expect(rows.filter((row) => /\bassumed \|$/.test(row))).toEqual([]);
  });
});
