import fc from "fast-check";
import type { ComparisonOperator, MetricValue } from "../../../lib/detect/behavior";
import { isNormal } from "../../../lib/detect/compare";

const count = (value: number): MetricValue => ({ count: value });
const cidrs = (...list: string[]): MetricValue => ({ cidrs: list });
const ports = (...list: number[]): MetricValue => ({ ports: list });
const home = cidrs("10.0.0.0/8", "2001:db8::/32");

const TABLE: readonly (readonly [ComparisonOperator, MetricValue, MetricValue, boolean | undefined])[] = [
  ["less-than", count(9), count(10), true],
  ["less-than", count(10), count(10), false],
  ["less-than-equals", count(10), count(10), true],
  ["less-than-equals", count(11), count(10), false],
  ["greater-than", count(11), count(10), true],
  ["greater-than", count(10), count(10), false],
  ["greater-than-equals", count(10), count(10), true],
  ["greater-than-equals", count(9), count(10), false],
  ["less-than", { number: 0.5 }, { number: 1 }, true],
  ["less-than", count(1), { number: 1.5 }, true],
  ["in-port-set", ports(443), ports(443, 80), true],
  ["in-port-set", ports(22, 443), ports(443, 80), false],
  ["not-in-port-set", ports(443), ports(22, 23), true],
  ["not-in-port-set", ports(443, 23), ports(22, 23), false],
  ["in-set", { numbers: [1, 2] }, { numbers: [1, 2, 3] }, true],
  ["in-set", { numbers: [1, 4] }, { numbers: [1, 2, 3] }, false],
  ["in-set", { strings: ["a"] }, { strings: ["a", "b"] }, true],
  ["not-in-set", { strings: ["root"] }, { strings: ["root"] }, false],
  ["not-in-set", { strings: ["Root"] }, { strings: ["root"] }, true],
  ["in-cidr-set", cidrs("10.255.0.1"), home, true],
  ["in-cidr-set", cidrs("10.1.2.3", "203.0.113.7"), home, false],
  ["in-cidr-set", cidrs("10.1.0.0/16"), home, true],
  ["in-cidr-set", cidrs("8.0.0.0/5"), home, false],
  ["in-cidr-set", cidrs("2001:db8:ffff::1"), home, true],
  ["in-cidr-set", cidrs("2001:db9::1"), home, false],
  ["in-cidr-set", cidrs("::ffff:10.1.2.3"), home, true],
  ["in-cidr-set", cidrs("nonsense"), home, false],
  ["in-cidr-set", cidrs("11.0.0.1"), cidrs("0.0.0.0/0"), true],
  ["in-cidr-set", cidrs("::1"), cidrs("0.0.0.0/0"), false],
  ["not-in-cidr-set", cidrs("203.0.113.7"), home, true],
  ["not-in-cidr-set", cidrs("203.0.113.7", "10.0.0.1"), home, false],
  ["not-in-cidr-set", cidrs("8.0.0.0/5"), home, false],
  ["not-in-cidr-set", cidrs("::ffff:a01:203"), home, false],
  ["not-in-cidr-set", cidrs("nonsense"), home, true],
  ["less-than", ports(1), count(10), undefined],
  ["in-port-set", count(1), ports(1), undefined],
  ["in-port-set", ports(1), { numbers: [1] }, undefined],
  ["in-set", { strings: ["1"] }, { numbers: [1] }, undefined],
  ["in-cidr-set", { strings: ["10.0.0.1"] }, home, undefined],
  ["in-cidr-set", { cidrs: ["10.0.0.1"] }, { strings: ["10.0.0.0/8"] }, undefined],
];

describe("isNormal", () => {
  test.each(TABLE)("%s of %j and %j is %j", (operator, measured, normal, expected) => {
    expect(isNormal(operator, measured, normal)).toBe(expected);
  });

  test.each([
    ["in-port-set", ports(), ports(1)],
    ["not-in-port-set", ports(), ports(1)],
    ["in-set", { strings: [] }, { strings: ["a"] }],
    ["not-in-set", { numbers: [] }, { numbers: [1] }],
    ["in-cidr-set", cidrs(), home],
    ["not-in-cidr-set", cidrs(), home],
  ] as const)("an empty list conforms to %s", (operator, measured, normal) => {
    expect(isNormal(operator, measured, normal)).toBe(true);
  });

  test("each operator is the opposite of its negation, for one element", () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(20),
        fc.array(fc.nat(20), { minLength: 1 }),
        fc.ipV4(),
        fc.nat(32),
        (a, b, set, ip, prefix) => {
          const pairs: readonly (readonly [
            ComparisonOperator,
            ComparisonOperator,
            MetricValue,
            MetricValue,
          ])[] = [
            ["less-than", "greater-than-equals", count(a), count(b)],
            ["less-than-equals", "greater-than", count(a), count(b)],
            ["in-port-set", "not-in-port-set", ports(a), ports(...set)],
            ["in-set", "not-in-set", { numbers: [a] }, { numbers: set }],
            ["in-cidr-set", "not-in-cidr-set", cidrs(ip), cidrs(`128.0.0.0/${prefix}`)],
          ];
          for (const [one, other, measured, normal] of pairs) {
            expect(isNormal(one, measured, normal)).toBe(!isNormal(other, measured, normal));
          }
        },
      ),
    );
  });
});
