import { judge } from "../../../tools/policy-check/judge";
import type { PackInfo } from "../../../tools/policy-check/pack/pack-info";
import type { Diagnostic } from "../../../tools/policy-check/pack/pack-process";
import { resourceOf } from "./deployed";
import { policyOf } from "./reports";

const ROOT = "/project";
const INFO: PackInfo = { name: "pack", version: "1", policies: [policyOf({ name: "first" })], config: {} };
const topic = resourceOf({ position: { uri: "file:///project/infra/a.ts", line: 4, column: 2 } });
const other = resourceOf({ name: "other", position: { uri: "file:///elsewhere/a.ts", line: 1, column: 1 } });

const diagnosticOf = (diagnostic: Partial<Diagnostic>): Diagnostic => ({
  policy: "first",
  level: "mandatory",
  message: "first must hold.\nIt is wrong.",
  urn: "",
  ...diagnostic,
});

const judged = (ofResource: readonly Diagnostic[], ofStack: readonly Diagnostic[]) =>
  judge(
    {
      analyze: async ({ resource }) => (resource === topic ? [...ofResource] : []),
      analyzeStack: async () => [...ofStack],
    },
    INFO,
    [{ resource: topic }, { resource: other }],
    ROOT,
  );

const ALERTS = {
  urn: topic.urn,
  type: topic.type,
  name: "alerts",
  location: { file: "infra/a.ts", line: 4, column: 2 },
};

test("a violation is about the resource that was asked about, without the description that everybody has", async () => {
  expect(await judged([diagnosticOf({})], [])).toEqual([
    { policy: "first", kind: "violation", level: "mandatory", message: "It is wrong.", resource: ALERTS },
  ]);
});

test("a violation by the stack is about the resource that it names, or about the stack", async () => {
  const findings = await judged([], [diagnosticOf({ urn: topic.urn }), diagnosticOf({})]);
  expect(findings.map(({ resource }) => resource)).toEqual([ALERTS, undefined]);
});

test("a place outside the repository is not told", async () => {
  const [finding] = await judged([], [diagnosticOf({ urn: other.urn })]);
  expect(finding?.resource).toEqual({ urn: other.urn, type: other.type, name: "other" });
});

test.each([
  [
    "a policy that read what a preview does not know",
    {
      level: "advisory",
      message:
        "can't run policy 'first' from policy pack 'pack@v1' during preview: string value at .arn can't be known during preview",
    },
    "not judged",
    "string value at .arn can't be known during preview",
  ],
  [
    "a policy that says so itself",
    { level: "advisory", message: "first must hold.\nNot judged: the topic is from elsewhere." },
    "not judged",
    "the topic is from elsewhere.",
  ],
  [
    "an advisory that speaks of judging",
    { level: "advisory", message: "A device is not judged: name a target." },
    "violation",
    "A device is not judged: name a target.",
  ],
  ["an advisory", { level: "advisory" }, "violation", "It is wrong."],
  [
    "a mandatory one, whatever it says",
    { level: "mandatory", message: "Not judged: any device." },
    "violation",
    "Not judged: any device.",
  ],
] as const)("%s is of the right kind", async (_title, diagnostic, kind, message) => {
  expect(await judged([diagnosticOf(diagnostic)], [])).toMatchObject([{ kind, message }]);
});
