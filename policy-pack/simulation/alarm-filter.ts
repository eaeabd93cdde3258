import { isObject, type JsonObject } from "../../lib/json";
import { at, itemsOf, UNKNOWN } from "../input/unknown";
import type { AlertTopic } from "../stack/alert-topics";
import { covers } from "./samples";

/** What a field of an alarm may be. */
export type Field =
  | { readonly kind: "object"; readonly fields: Fields }
  /** One of some values, or none, where it may be left out. */
  | { readonly kind: "known"; readonly values: readonly unknown[] }
  /** Some string that is not known. */
  | { readonly kind: "text" }
  /** Some number that is not known. */
  | { readonly kind: "number" }
  | { readonly kind: "any" }
  | { readonly kind: "absent" };

/** Fields by name. */
export type Fields = Readonly<Record<string, Field>>;

export const ANY: Field = { kind: "any" };
const TEXT: Field = { kind: "text" };
const NUMBER: Field = { kind: "number" };
const ABSENT: Field = { kind: "absent" };

/** A field whose values are known, or any where one of them is not. */
export function known(values: readonly unknown[]): Field {
  return values.length === 0 || values.some((value) => typeof value !== "string")
    ? ANY
    : { kind: "known", values };
}

/**
 * What may stand in an alarm that quarantines.
 *
 * Source: a captured message (docs/aws-facts.md, "The alarm message"); AWS IoT API Reference, `ViolationEvent`.
 */
export function alarmFields({ profiles }: AlertTopic): Fields {
  const behaviors = profiles.flatMap(({ profile }) => itemsOf(profile.behaviors));
  const of = (key: string) => known(behaviors.map((behavior) => at(behavior, key)));
  return {
    violationEventType: { kind: "known", values: ["in-alarm"] },
    securityProfileName: known(profiles.map(({ profile }) => profile.name)),
    behavior: {
      kind: "object",
      fields: { name: of("name"), metric: of("metric"), criteria: ANY, metricDimension: ANY },
    },
    thingName: TEXT,
    violationEventTime: NUMBER,
    violationId: TEXT,
    metricValue: ANY,
    violationEventAdditionalInfo: ANY,
    verificationState: ANY,
    verificationStateDescription: ANY,
  };
}

/** Operators on strings. Source: SNS Developer Guide, "String value matching". */
const TEXTS: Readonly<Record<string, (value: string, operand: string) => boolean>> = {
  prefix: (value, operand) => value.startsWith(operand),
  suffix: (value, operand) => value.endsWith(operand),
  wildcard: (value, operand) => covers(operand.replaceAll("?", "\u{fffd}"), value),
  "equals-ignore-case": (value, operand) => value.toLowerCase() === operand.toLowerCase(),
};

/** Operators that no text holds for: of numbers, and of addresses, which no name in an alarm is. */
const NO_TEXTS: readonly (string | undefined)[] = ["numeric", "cidr"];

/** Whether a string is as an operator asks; one that is not known here may hold. */
function holds(operator: string, operand: unknown, value: string): boolean {
  if (NO_TEXTS.includes(operator)) return false;
  if (operator === "anything-but") {
    const [inner] = isObject(operand) ? Object.keys(operand) : [];
    return inner === undefined
      ? !itemsOf(operand).includes(value)
      : !itemsOf(at(operand, inner)).some((one) => inner in TEXTS && holds(inner, one, value));
  }
  const test = Object.hasOwn(TEXTS, operator) ? TEXTS[operator] : undefined;
  return test === undefined || typeof operand !== "string" || test(value, operand);
}

/** Whether a string or number that is not known may be as a rule asks. */
function mayBe(kind: "text" | "number", operator: string | undefined, rule: unknown): boolean {
  if (operator === undefined) return typeof rule === (kind === "text" ? "string" : "number");
  if (operator === "anything-but") return true;
  return kind === "number" ? operator === "numeric" : !NO_TEXTS.includes(operator);
}

/** Whether a field may be as one rule of a filter asks. A rule that is not known here may hold. */
function mayHold(rule: unknown, field: Field): boolean {
  const operator = isObject(rule) ? Object.keys(rule)[0] : undefined;
  const operand = operator === undefined ? undefined : at(rule, operator);
  if (operator === "exists") return field.kind === "any" || (operand === false) === (field.kind === "absent");
  if (field.kind === "any" || rule === UNKNOWN) return true;
  if (field.kind === "text" || field.kind === "number") return mayBe(field.kind, operator, rule);
  if (field.kind !== "known") return false;
  if (operator === undefined) return field.values.includes(rule);
  return field.values.some((value) => typeof value === "string" && holds(operator, operand, value));
}

/** Whether something with these fields may be as a filter asks. Source: SNS Developer Guide, "AND/OR logic". */
export function mayPass(filter: JsonObject, fields: Fields): boolean {
  return Object.entries(filter).every(([key, rules]) => {
    if (key === "$or") return itemsOf(rules).some((one) => isObject(one) && mayPass(one, fields));
    const field = Object.hasOwn(fields, key) ? (fields[key] ?? ABSENT) : ABSENT;
    if (!isObject(rules)) return itemsOf(rules).some((rule) => mayHold(rule, field));
    if (field.kind === "any") return true;
    return field.kind === "object" && mayPass(rules, field.fields);
  });
}

/**
 * Whether a subscription's filter policy lets an alarm of a topic through. In its own scope, or none, it is about message
 * attributes, of which an alarm has none.
 *
 * Source: SNS Developer Guide, "Amazon SNS subscription filter policies", "Filter policy scope".
 */
export function letsAlarmsThrough(filter: JsonObject, scope: unknown, topic: AlertTopic): boolean {
  if (scope === UNKNOWN) return true;
  return mayPass(filter, scope === "MessageBody" ? alarmFields(topic) : {});
}
