import { isObject } from "../../lib/json";

/** Properties whose keys are the user's own: documents, environment variables. */
const VERBATIM = /Document$|^(?:KeyPolicy|RedrivePolicy|FilterPolicy|Variables)$/;

/**
 * Keys of CloudFormation as the API spells them; `SNS`, the key of a map, stays. A key in the API's own spelling is
 * none of CloudFormation's, which does not read it.
 */
export function apiSpelling(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiSpelling);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !/^[a-z]/.test(key))
      .map(([key, item]) => [
        /^[A-Z]+$/.test(key) ? key : key.slice(0, 1).toLowerCase() + key.slice(1),
        VERBATIM.test(key) ? item : apiSpelling(item),
      ]),
  );
}
