import { MalformedPolicyError } from "../../lib/policy-language/document";
import { type IotPolicy, parseIotPolicy } from "../../lib/policy-language/iot/document";
import type { WrittenStatement } from "../../lib/policy-language/statement";

/** An IoT policy, parsed. */
export interface ParsedIotPolicy {
  readonly written: readonly WrittenStatement[];
  /**
   * What cannot be judged is settled as one who looks for a way out would hope: a condition that is not known holds
   * in an Allow, and in a Deny it does not.
   */
  readonly policy: IotPolicy;
}

/**
 * Reads an IoT policy document.
 *
 * @returns what is wrong with it, where AWS would refuse it.
 */
export function parsedIotPolicy(text: string): ParsedIotPolicy | { readonly faults: readonly string[] } {
  try {
    const parsed = parseIotPolicy(text).statements;
    const statements = parsed.flatMap((statement) => {
      const certain = statement.conditions.filter(({ kind }) => kind !== "unknown");
      if (certain.length === statement.conditions.length) return [statement];
      return statement.effect === "Deny" ? [] : [{ ...statement, conditions: certain }];
    });
    return { written: parsed.map(({ written }) => written), policy: { statements } };
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    return { faults: error.faults.map(({ message }) => message) };
  }
}
