import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { isObject, type JsonObject as Json } from "../../../lib/json";
import { invalidParameter, parseObject } from "./errors";

const asArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function isInRange(value: unknown, conditions: unknown): boolean {
  if (typeof value !== "number" || !Array.isArray(conditions)) return false;
  for (let index = 0; index < conditions.length; index += 2) {
    const compare = COMPARE[String(conditions[index])];
    if (!compare?.(value, Number(conditions[index + 1]))) return false;
  }
  return true;
}

const onText = (test: (value: string, operand: string) => boolean) => (value: unknown, operand: unknown) =>
  typeof value === "string" && test(value, String(operand));

const startsWith = onText((value, operand) => value.startsWith(operand));

/** What an operator says of one value that is there. `exists` is judged apart. */
const OPERATORS: Readonly<Record<string, (value: unknown, operand: unknown) => boolean>> = {
  prefix: startsWith,
  suffix: onText((value, operand) => value.endsWith(operand)),
  "equals-ignore-case": onText((value, operand) => value.toLowerCase() === operand.toLowerCase()),
  "anything-but": (value, operand) =>
    isObject(operand) ? !startsWith(value, operand.prefix) : !asArray(operand).includes(value),
  numeric: isInRange,
};

function ruleMatches(rule: unknown, values: readonly unknown[]): boolean {
  if (!isObject(rule)) return values.includes(rule);
  const [operator = "", operand] = Object.entries(rule)[0] ?? [];
  if (operator === "exists") return values.length > 0 === operand;
  return values.some((value) => OPERATORS[operator]?.(value, operand));
}

function matchesObject(policy: Json, message: Json): boolean {
  return Object.entries(policy).every(([key, rules]) => {
    const values = message[key] === undefined ? [] : asArray(message[key]);
    if (isObject(rules)) return values.some((value) => isObject(value) && matchesObject(rules, value));
    return asArray(rules).some((rule) => ruleMatches(rule, values));
  });
}

function checkRule(path: string, rule: unknown): void {
  if (!isObject(rule)) return;
  const [operator = ""] = Object.keys(rule);
  if (Object.keys(rule).length !== 1 || (operator !== "exists" && !Object.hasOwn(OPERATORS, operator))) {
    throw invalidParameter(`FilterPolicy: Unrecognized match type ${operator} at ${path}`);
  }
}

function checkObject(policy: Json, nested: boolean, path: string): void {
  for (const [key, rules] of Object.entries(policy)) {
    const here = path === "" ? key : `${path}.${key}`;
    if (key.startsWith("$")) throw invalidParameter(`FilterPolicy: the sandbox does not know ${here}`);
    if (Array.isArray(rules) && rules.length > 0) {
      for (const rule of rules) checkRule(here, rule);
    } else if (nested && isObject(rules)) {
      checkObject(rules, nested, here);
    } else {
      throw invalidParameter(`FilterPolicy: "${here}" must be an object or an array`);
    }
  }
}

/** Where a filter policy looks. */
export type FilterScope = "MessageAttributes" | "MessageBody";

/**
 * Refuses a filter policy that SNS would, or that the sandbox cannot judge. Only in the scope of the
 * message's body may a key lead to further keys.
 *
 * Source: Amazon SNS Developer Guide, "Amazon SNS subscription filter policies".
 */
export function checkFilterPolicy(text: string, scope: FilterScope): void {
  const policy = parseObject("FilterPolicy", text);
  if (Object.keys(policy).length > 5) throw invalidParameter("FilterPolicy: at most 5 keys");
  checkObject(policy, scope === "MessageBody", "");
}

function plainAttribute(attribute: MessageAttributeValue): unknown {
  const text = attribute.StringValue ?? "";
  if (attribute.DataType === "Number") return Number(text);
  if (attribute.DataType !== "String.Array") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether a message passes a filter policy that was checked; a body that is no JSON object passes none. */
export function passesFilter(
  text: string,
  scope: FilterScope,
  message: { readonly body: string; readonly attributes: Readonly<Record<string, MessageAttributeValue>> },
): boolean {
  const policy = JSON.parse(text) as Json;
  if (scope === "MessageAttributes") {
    const entries = Object.entries(message.attributes).map(([name, value]) => [name, plainAttribute(value)]);
    return matchesObject(policy, Object.fromEntries(entries));
  }
  try {
    const body: unknown = JSON.parse(message.body);
    return isObject(body) && matchesObject(policy, body);
  } catch {
    return false;
  }
}
