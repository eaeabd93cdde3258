import type { AwsError } from "./aws-error";
import type { Action } from "./service";

/** What AWS demands of a member beside its type. */
export interface Constraint {
  /** Regular expression of the whole text, as AWS writes it in its answers. */
  readonly pattern?: string;
  /** The least length of a text or list, or the least number. */
  readonly min?: number;
  /** The greatest length of a text or list, or the greatest number. */
  readonly max?: number;
  /** The texts or numbers that there are. */
  readonly oneOf?: readonly (string | number)[];
}

/** Constraints by the name of the member. */
export type Constraints = Readonly<Record<string, Constraint>>;

function* faultsOf(value: unknown, constraint: Constraint): Generator<string> {
  const { pattern, min = 0, max = Number.POSITIVE_INFINITY, oneOf } = constraint;
  const isNumber = typeof value === "number";
  const size = isNumber ? value : (value as { length?: number }).length;
  const what = isNumber ? "value" : "length";
  if (size !== undefined && size > max) yield `have ${what} less than or equal to ${max}`;
  if (size !== undefined && size < min) yield `have ${what} greater than or equal to ${min}`;
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(String(value))) {
    yield `satisfy regular expression pattern: ${pattern}`;
  }
  if (oneOf && !oneOf.includes(value as string | number)) {
    yield `satisfy enum value set: [${oneOf.join(", ")}]`;
  }
}

/**
 * Refuses an input whose members break their constraints, all faults at once, in the words of AWS's common
 * front ("2 validation errors detected: Value '...' at 'roleName' failed to satisfy constraint: ...").
 */
export function checkConstraints(
  input: object,
  constraints: Constraints,
  invalid: (message: string) => AwsError,
): void {
  const faults = Object.entries(input).flatMap(([member, value]) => {
    const constraint = Object.hasOwn(constraints, member) ? constraints[member] : undefined;
    if (!constraint || value === undefined) return [];
    const name = member.charAt(0).toLowerCase() + member.slice(1);
    const shown = typeof value === "object" ? JSON.stringify(value) : String(value);
    return [...faultsOf(value, constraint)].map(
      (fault) => `Value '${shown}' at '${name}' failed to satisfy constraint: Member must ${fault}`,
    );
  });
  if (faults.length === 0) return;
  const count = faults.length === 1 ? "1 validation error" : `${faults.length} validation errors`;
  throw invalid(`${count} detected: ${faults.join("; ")}`);
}

/** A service's actions, each checking its input's constraints first. */
export function constrained<T extends Readonly<Record<string, Action>>>(
  actions: T,
  constraints: Constraints,
  invalid: (message: string) => AwsError,
): Readonly<Record<string, Action>> {
  return Object.fromEntries(
    Object.entries(actions).map(([name, action]): [string, Action] => [
      name,
      (input, call) => {
        checkConstraints(input, constraints, invalid);
        return action(input, call);
      },
    ]),
  );
}
