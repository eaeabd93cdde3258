import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import type { Policy } from "./pack-info";

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  // A keyword that is not known is refused, as to pass over it would take a wrong value for a right one. What else is
  // strict is a matter of taste, and the pack's.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  validateFormats: false,
  // Two schemas may have the same id.
  addUsedSchema: false,
});

/** A path such as `policy.accounts[1]` of a JSON pointer (RFC 6901). */
const pathOf = (name: string, pointer: string): string =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, part) => path + (/^\d+$/.test(part) ? `[${part}]` : `.${part}`), name);

function faultOf(name: string, { keyword, instancePath, params, message, data }: ErrorObject): string {
  const path = pathOf(name, instancePath);
  if (keyword === "required") return `${path}.${params.missingProperty} must be set.`;
  if (keyword === "additionalProperties") return `${path}.${params.additionalProperty} must not be set.`;
  if (keyword === "false schema") return `${path} must not be set.`;
  const allowed = params.allowedValues ?? params.allowedValue;
  const rule = allowed === undefined ? message : `${message} ${JSON.stringify(allowed)}`;
  return `${path} ${rule}; it is ${JSON.stringify(data)}.`;
}

/**
 * Judges the properties that a policy is configured with by the policy's own JSON schema.
 *
 * @param name - Name of the policy, for the messages.
 * @returns One sentence for each fault; of a schema that cannot be judged by, why.
 */
export function schemaFaults(schema: Policy["schema"], properties: object, name: string): string[] {
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(schema);
  } catch (error) {
    return [`${name}: its schema cannot be judged by: ${(error as Error).message}.`];
  }
  return validate(properties) ? [] : (validate.errors ?? []).map((error) => faultOf(name, error));
}
