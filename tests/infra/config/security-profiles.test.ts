import fc from "fast-check";
import { securityProfileFaults } from "../../../infra/config/security-profiles";

const behavior = {
  name: "B",
  metric: "aws:num-messages-sent",
  criteria: { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 },
};
const profile = { name: "P", behaviors: [behavior], targets: ["all-things"] };

const pathsAndRules = (profiles: unknown) =>
  securityProfileFaults(profiles, "profiles").map(({ path, rule }) => `${path}: ${rule}`);

test("profiles that AWS takes have no faults", () => {
  expect(
    securityProfileFaults(
      [
        profile,
        { ...profile, name: undefined, targets: ["registered-things", "unregistered-things", "Fleet:A"] },
        { ...profile, name: "Q".repeat(128), description: "~ printable !" },
      ],
      "profiles",
    ),
  ).toEqual([]);
});

test.each<[string, unknown, string]>([
  ["no list", {}, "profiles: a list of at least one security profile"],
  ["an empty list", [], "profiles: a list of at least one security profile"],
  ["no object", ["x"], "profiles[0]: an object with `behaviors` and `targets`"],
  [
    "an unknown key",
    [{ ...profile, target: "x" }],
    "profiles[0].target: which knows only name, description, response, behaviors, targets, additionalMetricsToRetain, metricsExport",
  ],
  ["a bad name", [{ ...profile, name: "" }], "profiles[0].name: 1 to 128 of"],
  [
    "a long description",
    [{ ...profile, description: "x".repeat(1001) }],
    "profiles[0].description: at most 1000 printable",
  ],
  [
    "a description with a line break",
    [{ ...profile, description: "a\nb" }],
    "profiles[0].description: at most 1000",
  ],
  ["no behaviors", [{ ...profile, behaviors: undefined }], "profiles[0].behaviors: "],
  ["no targets", [{ ...profile, targets: undefined }], "profiles[0].targets: a list of at least one of"],
  ["empty targets", [{ ...profile, targets: [] }], "profiles[0].targets: a list of at least one of"],
  ["an ARN as target", [{ ...profile, targets: ["arn:x/y"] }], "profiles[0].targets[0]: a set of devices"],
  [
    "a target twice",
    [{ ...profile, targets: ["G", "H", "G"] }],
    "profiles[0].targets[2]: a list without repetition",
  ],
  ["a name twice", [profile, profile], "profiles[1].name: a name that no other profile has"],
  [
    "two profiles without a name",
    [
      { ...profile, name: undefined },
      { ...profile, name: undefined },
    ],
    "profiles[1].name: a name of its own, as only one profile can be named after the stack",
  ],
  [
    "six profiles on one target",
    "ABCDEF".split("").map((name) => ({ ...profile, name })),
    "profiles: at most 5, which is AWS's quota",
  ],
])("%s is one fault with path and rule", (_title, profiles, expected) => {
  const faults = pathsAndRules(profiles);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(expected);
});

test("whatever JSON it is, it is judged without an exception", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.array(fc.record({ name: fc.anything(), targets: fc.anything() }))),
      (value) => {
        for (const fault of securityProfileFaults(value, "profiles")) expect(fault.path).toMatch(/^profiles/);
      },
    ),
  );
});

describe("what AWS takes although it is likely a slip", () => {
  const faultsOf = (change: object) =>
    securityProfileFaults([{ ...profile, ...change }], "profiles", "prod-quarantine").map(
      ({ path, rule, value }) => `${path}: ${rule}; ${String(value)}`,
    );
  const arn = (target: string) => `arn:aws:iot:eu-west-1:123456789012:${target}`;

  test.each([
    ["a set of devices in the singular", "all-thing", /targets\[0\]: .*did you mean all-things\?.*its ARN/],
    ["a set of devices in capitals", "ALL-THINGS", /did you mean all-things\?/],
    ["a set of devices with a letter too many", "registered-thingss", /did you mean registered-things\?/],
    ["nearly the quarantine group", "prod-quarantin", /did you mean prod-quarantine\?/],
    ["the quarantine group", "prod-quarantine", /the quarantine group is no target/],
    [
      "the quarantine group by its ARN",
      arn("thinggroup/prod-quarantine"),
      /the quarantine group is no target/,
    ],
    ["the ARN of a thing", arn("thing/x"), /targets\[0\]: a set of devices, a thing group's name/],
  ])("%s is no target", (_title, target, expected) => {
    expect(faultsOf({ targets: [target] })).toEqual([expect.stringMatching(expected)]);
  });

  test.each(["all/things", "all/registered-things", "all/unregistered-things", "thinggroup/all-thing"])(
    "the ARN of %s is a target",
    (target) => {
      expect(faultsOf({ targets: [arn(target)] })).toEqual([]);
    },
  );

  test.each([
    ["all-things", "all/things"],
    ["registered-things", "all/registered-things"],
    ["G", "thinggroup/G"],
  ])("%s and its ARN are one target", (name, resource) => {
    expect(faultsOf({ targets: [name, arn(resource)] })).toEqual([
      expect.stringMatching(/targets\[1\]: a list without repetition/),
    ]);
    const targets = (index: number) => [index % 2 === 0 ? name : arn(resource)];
    const six = Array.from("ABCDEF", (letter, index) => ({
      ...profile,
      name: letter,
      targets: targets(index),
    }));
    expect(pathsAndRules(six)).toEqual([expect.stringMatching(/at most 5/)]);
  });

  test("a group that has the name of a set of devices, by its ARN, is not that set", () => {
    expect(faultsOf({ targets: ["all-things", arn("thinggroup/all-things")] })).toEqual([]);
  });

  test.each([
    ["unregistered-thing", "unregistered-things"],
    ["egistered-things", "registered-things"],
  ])("target %s is asked about by what is nearest, %s", (target, nearest) => {
    expect(faultsOf({ targets: [target] })).toEqual([expect.stringContaining(`did you mean ${nearest}?`)]);
  });

  test.each([
    ["aws:all-bytes-ou", "aws:all-bytes-out"],
    ["aws:all-packets-i", "aws:all-packets-in"],
  ])("metric %s is asked about by what is nearest, %s", (metric, nearest) => {
    expect(faultsOf({ behaviors: [{ ...behavior, metric }] })).toEqual([
      expect.stringContaining(`did you mean ${nearest}?`),
    ]);
  });

  test.each(["prod-quarantinf", "prod-quarantine-2b", "mail"])("%s is another group", (target) => {
    expect(faultsOf({ targets: [target] })).toEqual([]);
  });

  test.each([
    ["Q1", "Q"],
    ["Q", "Q1"],
    ["Q12", "Q1"],
  ])("%s is another group than a quarantine group called %s", (target, quarantineGroup) => {
    expect(securityProfileFaults([{ ...profile, targets: [target] }], "profiles", quarantineGroup)).toEqual(
      [],
    );
  });

  test.each([
    ["num-messages-sent", { number: 10 }],
    ["num-messages-sent", { count: 10 }],
    ["aws:num-mesages-sent", { count: 10 }],
    ["AWS-num_messages_sent", { number: 10 }],
  ])("metric %s with %j is asked about, once", (metric, value) => {
    const criteria = { ...behavior.criteria, value };
    expect(faultsOf({ behaviors: [{ ...behavior, metric, criteria }] })).toEqual([
      expect.stringMatching(/^profiles\[0\]\.behaviors\[0\]\.metric: .*did you mean aws:num-messages-sent\?/),
    ]);
  });

  test("a custom metric of another name is taken", () => {
    const criteria = { ...behavior.criteria, value: { number: 10 } };
    expect(faultsOf({ behaviors: [{ ...behavior, metric: "battery-level", criteria }] })).toEqual([]);
  });

  test("a metric is not exported where the profile has no export that it could go to", () => {
    expect(faultsOf({ behaviors: [{ ...behavior, exportMetric: true }] })).toEqual([
      expect.stringMatching(/exportMetric: as the profile has no `metricsExport`/),
    ]);
    expect(faultsOf({ behaviors: [{ ...behavior, exportMetric: false }] })).toEqual([]);
  });
});
