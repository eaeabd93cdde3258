import fc from "fast-check";
import { securityProfileFaults } from "../../infra/security-profiles";

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
    "profiles[0].target: which knows only name, description, behaviors, targets",
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
        for (const fault of securityProfileFaults(value, "profiles")) {
          expect(fault.path).toMatch(/^profiles/);
        }
      },
    ),
  );
});
