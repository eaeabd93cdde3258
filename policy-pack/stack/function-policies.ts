import { jsonString, UNKNOWN } from "../input/unknown";
import { referred } from "./references";
import type { ResourceDocument } from "./resource-policies";
import { ofKind, type Resource } from "./resources";

/**
 * The policies of a function, or of a version or alias of it, that a resource writes as a whole.
 *
 * Source: AWS Lambda API Reference, "PutResourcePolicy".
 */
export function functionPoliciesOf(
  callback: Resource,
  resources: readonly Resource[],
): readonly ResourceDocument[] {
  return ofKind(resources, "function-policy")
    .filter((one) => referred(one, ["resourceArn"], [callback]).length > 0)
    .map((carrier) => ({ carrier, text: jsonString(carrier.props.policy) ?? UNKNOWN }));
}
