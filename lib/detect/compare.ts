import type { ComparisonOperator, MetricValue } from "./behavior";
import { type Block, contains, overlaps, parseBlock } from "./cidr";

/** The number in a value, or `undefined` for a list. */
export function amountOf(value: MetricValue): number | undefined {
  if ("count" in value) return value.count;
  return "number" in value ? value.number : undefined;
}

function elementsOf(value: MetricValue): readonly (string | number)[] | undefined {
  return Object.values(value).find(Array.isArray);
}

function amounts(
  measured: MetricValue,
  normal: MetricValue,
  test: (a: number, b: number) => boolean,
): boolean | undefined {
  const [a, b] = [amountOf(measured), amountOf(normal)];
  return a === undefined || b === undefined ? undefined : test(a, b);
}

/** Judges each measured element, so that an empty list conforms. */
function eachIn(
  measured: MetricValue,
  normal: MetricValue,
  key: "ports" | "numbers" | "strings",
  inside: boolean,
): boolean | undefined {
  const [list, set] = [elementsOf(measured), elementsOf(normal)];
  if (list === undefined || set === undefined || !(key in measured && key in normal)) return undefined;
  const members = new Set(set);
  return list.every((element) => members.has(element) === inside);
}

/** What is no address is in no set: unreadable reports do not hide a device from an allow list. */
function eachInBlocks(
  measured: MetricValue,
  normal: MetricValue,
  fits: (blocks: readonly Block[], element: Block | undefined) => boolean,
): boolean | undefined {
  if (!("cidrs" in measured && "cidrs" in normal)) return undefined;
  const blocks = normal.cidrs.flatMap((cidr) => parseBlock(cidr) ?? []);
  return measured.cidrs.every((cidr) => fits(blocks, parseBlock(cidr)));
}

type Comparison = (measured: MetricValue, normal: MetricValue) => boolean | undefined;

const COMPARISONS: Readonly<Record<ComparisonOperator, Comparison>> = {
  "less-than": (m, n) => amounts(m, n, (a, b) => a < b),
  "less-than-equals": (m, n) => amounts(m, n, (a, b) => a <= b),
  "greater-than": (m, n) => amounts(m, n, (a, b) => a > b),
  "greater-than-equals": (m, n) => amounts(m, n, (a, b) => a >= b),
  "in-port-set": (m, n) => eachIn(m, n, "ports", true),
  "not-in-port-set": (m, n) => eachIn(m, n, "ports", false),
  "in-set": (m, n) => eachIn(m, n, "numbers", true) ?? eachIn(m, n, "strings", true),
  "not-in-set": (m, n) => eachIn(m, n, "numbers", false) ?? eachIn(m, n, "strings", false),
  "in-cidr-set": (m, n) =>
    eachInBlocks(
      m,
      n,
      (blocks, element) => element !== undefined && blocks.some((block) => contains(block, element)),
    ),
  "not-in-cidr-set": (m, n) =>
    eachInBlocks(
      m,
      n,
      (blocks, element) => element === undefined || !blocks.some((block) => overlaps(block, element)),
    ),
};

/**
 * Tells whether a measured value is normal. A behavior states what is normal, so an alarm is the negation of
 * this ("Detect concepts"). A list is normal if each of its elements is, so an empty one is ("Device-side
 * metrics": an empty list of ports or addresses clears the violation).
 *
 * @param operator - Operator of the behavior.
 * @param measured - What was measured.
 * @param normal - Value of the behavior, or a percentile as `number`.
 * @returns `undefined` where the two cannot be compared, such as a count with addresses.
 */
export function isNormal(
  operator: ComparisonOperator,
  measured: MetricValue,
  normal: MetricValue,
): boolean | undefined {
  return COMPARISONS[operator](measured, normal);
}

/** Tells whether an operator asks for at least something, so that what is still missing can only help. */
export function isLowerBound(operator: ComparisonOperator | undefined): boolean {
  return operator === "greater-than" || operator === "greater-than-equals";
}
