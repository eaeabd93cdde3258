import fc from "fast-check";
import { formatFault } from "../../../lib/detect/fault";
import { behaviorFaults, profileFaults } from "../../../lib/detect/validate-behavior";

const sent = {
  name: "MsgSent",
  metric: "aws:num-messages-sent",
  criteria: { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 },
};
const ports = { comparisonOperator: "in-port-set", value: { ports: [443] } };
const ml = { mlDetectionConfig: { confidenceLevel: "HIGH" } };

describe("profileFaults", () => {
  const profilePaths = (behaviors: unknown) =>
    profileFaults(behaviors, "p").map(({ path, rule }) => [path, rule]);
  const named = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...sent, name: `B${index}` }));
  const manyPorts = (count: number) => ({
    name: "Ports",
    metric: "aws:listening-tcp-ports",
    criteria: { ...ports, value: { ports: Array.from({ length: count }, (_, port) => port) } },
  });

  test("accepts 100 behaviors with 1000 value elements", () => {
    expect(profilePaths([...named(99), manyPorts(901)])).toEqual([]);
  });

  test.each([
    ["what is no list", {}],
    ["an empty list", []],
    ["nothing", undefined],
  ])("refuses %s", (_, behaviors) => {
    expect(profilePaths(behaviors)).toEqual([["p", "a list with at least one behavior"]]);
  });

  test("refuses the 101st behavior", () => {
    expect(profilePaths(named(101))).toEqual([["p", "at most 100 behaviors"]]);
  });

  test("refuses the 1001st value element", () => {
    expect(profilePaths([...named(99), manyPorts(902)])).toEqual([
      ["p", "at most 1000 value elements (numbers, addresses, ports)"],
    ]);
  });

  test("refuses a name that is there already, once for each repetition", () => {
    expect(
      profileFaults([sent, { ...sent }, { ...sent, name: "Other" }, sent], "p").map(formatFault),
    ).toEqual([
      'p[1].name: Set `name` of behavior `MsgSent` to a name that no other behavior of the profile has; it is "MsgSent".',
      'p[3].name: Set `name` of behavior `MsgSent` to a name that no other behavior of the profile has; it is "MsgSent".',
    ]);
  });

  test("refuses rules and ML in one profile, not ML alone", () => {
    const learned = { name: "Ml", metric: "aws:num-messages-sent", criteria: ml };
    expect(profilePaths([learned])).toEqual([]);
    expect(profileFaults([sent, learned], "p").map(formatFault)).toEqual([
      'p: Split the profile so that it has only behaviors with `mlDetectionConfig` or only behaviors without; it is "1 with and 1 without".',
    ]);
  });

  test("reports the faults of every behavior and of the whole at once", () => {
    expect(profilePaths([{ ...sent, x: 1 }, 5, sent]).map(([path]) => path)).toEqual([
      "p[0].x",
      "p[1]",
      "p[2].name",
    ]);
  });

  test("never throws, whatever the JSON, and says something of all that is not a legal profile", () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("MsgSent", "aws:num-messages-sent", "m", "less-than", "in-set"),
    );
    const key = fc.constantFrom(
      ...[
        "name",
        "metric",
        "criteria",
        "metricDimension",
        "suppressAlerts",
        "comparisonOperator",
        "value",
        "count",
      ],
      ...["cidrs", "ports", "strings", "durationSeconds", "statisticalThreshold", "mlDetectionConfig"],
      ...["__proto__", "constructor", "toString", "length"],
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null)),
        fc.array(tie("tree"), { maxLength: 4 }),
        fc
          .array(fc.tuple(key, tie("tree")), { maxLength: 6 })
          .map((entries) =>
            JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(",")}}`),
          ),
      ),
    }));
    fc.assert(
      fc.property(fc.oneof(tree, fc.jsonValue()), (json) => {
        const lines = [
          ...profileFaults(json, "p"),
          ...profileFaults([json], "p"),
          ...behaviorFaults(json, "b"),
        ].map(formatFault);
        return lines.length > 0 && lines.every((line) => /^[pb].*: .+; it is .+\.$/s.test(line));
      }),
      { numRuns: 500 },
    );
  });
});
