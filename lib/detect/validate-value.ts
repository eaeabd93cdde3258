import { isObject } from "../json";
import { type Place, unknownKeys, wrong } from "./checks";
import { parseBlock } from "./cidr";
import type { Fault } from "./fault";
import type { ValueKey } from "./metrics";

const LONGEST_CIDR = 43;
const HIGHEST_PORT = 65535;

interface ElementRule {
  readonly holds: (element: unknown) => boolean;
  readonly rule: string;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isCidr(value: unknown): boolean {
  return (
    typeof value === "string" &&
    value.length <= LONGEST_CIDR &&
    value.includes("/") &&
    parseBlock(value) !== undefined
  );
}

/**
 * What each key of a value holds. Source: AWS IoT API Reference, `MetricValue`.
 *
 * A count is a long there; only whole numbers that JavaScript keeps exactly are taken. CIDRs need their prefix
 * length, as the developer guide's values are "a list of CIDRs".
 */
const SCALARS: Readonly<Partial<Record<ValueKey, ElementRule>>> = {
  count: { holds: isWhole, rule: "a whole number from 0 to 9007199254740991" },
  number: { holds: Number.isFinite, rule: "a finite number" },
};

const LISTS: Readonly<Partial<Record<ValueKey, ElementRule>>> = {
  cidrs: { holds: isCidr, rule: "a CIDR such as 10.0.0.0/8 or 2001:db8::/32" },
  ports: {
    holds: (value) => isWhole(value) && value <= HIGHEST_PORT,
    rule: "a whole number from 0 to 65535",
  },
  numbers: { holds: Number.isFinite, rule: "a finite number" },
  strings: { holds: (value) => typeof value === "string" && value !== "", rule: "a text that is not empty" },
};

/** An empty set is refused: `in-...-set` would alarm at any element, `not-in-...-set` never. */
function listFaults(place: Place, key: ValueKey, list: unknown, element: ElementRule): Fault[] {
  if (!Array.isArray(list) || list.length === 0) {
    return [wrong(place, key, list, "a list with at least one element")];
  }
  const seen = new Set<unknown>();
  return list.flatMap((item: unknown, index) => {
    const rule = seen.has(item) ? "an element that the list does not have yet" : element.rule;
    const holds = element.holds(item) && !seen.has(item);
    seen.add(item);
    return holds ? [] : [wrong(place, `${key}[${index}]`, item, rule)];
  });
}

/**
 * Checks the value of a criteria: an object with exactly the one key of its metric's family.
 *
 * @param value - What is under `value`; not trusted.
 * @param key - The key that the metric's family asks for.
 * @returns All faults.
 */
export function valueFaults(place: Place, value: unknown, key: ValueKey): Fault[] {
  if (!isObject(value)) return [wrong(place, "value", value, `an object with the key \`${key}\``)];
  const inside: Place = { path: `${place.path}.value`, subject: `the value of ${place.subject}` };
  const strangers = unknownKeys(inside, value, [key]);
  const scalar = SCALARS[key];
  if (scalar !== undefined) {
    return [...strangers, ...(scalar.holds(value[key]) ? [] : [wrong(inside, key, value[key], scalar.rule)])];
  }
  const element = LISTS[key];
  return element === undefined ? strangers : [...strangers, ...listFaults(inside, key, value[key], element)];
}

/** Checks the value of a criteria whose metric is not known: one key that some metric has, and what it must hold. */
export function anyValueFaults(place: Place, value: unknown): Fault[] {
  const keys = [...Object.keys(SCALARS), ...Object.keys(LISTS)] as ValueKey[];
  const held = isObject(value) ? keys.filter((key) => Object.hasOwn(value, key)) : [];
  const [key, ...others] = held;
  return key === undefined || others.length > 0
    ? [wrong(place, "value", value, `an object with one of the keys ${keys.join(", ")}`)]
    : valueFaults(place, value, key);
}

/**
 * Counts what a value adds to a profile's quota of value elements: a number is one, a list its length.
 *
 * @param value - What is under `value`; not trusted.
 */
export function valueElements(value: unknown): number {
  const held = isObject(value) ? Object.values(value) : [];
  return held.reduce((sum: number, item) => sum + (Array.isArray(item) ? item.length : 1), 0);
}
