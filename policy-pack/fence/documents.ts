import {
  type IotPolicy,
  MalformedIotPolicyError,
  parseIotPolicy,
} from "../../lib/policy-language/iot/document";
import { type WrittenStatement, writtenStatements } from "../access/grants";

/** An IoT policy that can be asked. */
export interface AskableIotPolicy {
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
export function readIotPolicy(text: string): AskableIotPolicy | { readonly faults: readonly string[] } {
  try {
    const statements = parseIotPolicy(text).statements.flatMap((statement) => {
      const certain = statement.conditions.filter(({ kind }) => kind !== "unknown");
      if (certain.length === statement.conditions.length) return [statement];
      return statement.effect === "Deny" ? [] : [{ ...statement, conditions: certain }];
    });
    return { written: writtenStatements(text), policy: { statements } };
  } catch (error) {
    if (!(error instanceof MalformedIotPolicyError)) throw error;
    return { faults: error.faults.map(({ message }) => message) };
  }
}
