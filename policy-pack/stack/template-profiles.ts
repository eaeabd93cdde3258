import { isObject, type JsonObject } from "../../lib/json";
import { at, itemsOf, parseJson, UNKNOWN } from "../input/unknown";

const PROFILE_TYPE = "AWS::IoT::SecurityProfile";

/** A security profile of a template, in CloudFormation's spelling. */
interface TemplateProfile {
  /** Logical id in the template. */
  readonly logicalId: string;
  /** Properties; what an intrinsic function computes is unknown. */
  readonly properties: unknown;
}

/** The profiles of a template, or why it cannot be read although it has some. */
export type TemplateReading =
  | { readonly profiles: readonly TemplateProfile[] }
  | { readonly unreadable: string };

/** Whether an object is a call of an intrinsic function. */
function isIntrinsic(value: JsonObject): boolean {
  const [name = "", ...others] = Object.keys(value);
  return others.length === 0 && (name === "Ref" || name.startsWith("Fn::") || name === "Condition");
}

/**
 * Puts values in place of references to parameters, and {@link UNKNOWN} in place of all else that only
 * CloudFormation can compute. Source: AWS CloudFormation User Guide, "Intrinsic function reference".
 */
function resolve(value: unknown, parameters: JsonObject): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, parameters));
  if (!isObject(value)) return value;
  if (isIntrinsic(value)) {
    const name = value.Ref;
    return typeof name === "string" && Object.hasOwn(parameters, name) ? parameters[name] : UNKNOWN;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, parameters)]));
}

/** Values of parameters: those that the stack is given, else the template's defaults. */
function parameterValues(template: JsonObject, given: unknown): JsonObject {
  const declared = isObject(template.Parameters) ? Object.entries(template.Parameters) : [];
  return Object.fromEntries(
    declared.flatMap(([name, declaration]) => {
      const value = at(given, name) ?? at(declaration, "Default");
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * Finds the security profiles of a CloudFormation template.
 *
 * @param body string of the template. YAML is not read: without a security profile in its text it has none, with
 * one it is unreadable.
 * @param parameters parameters that the stack is given.
 */
export function templateProfiles(body: string, parameters: unknown): TemplateReading {
  const template = parseJson(body);
  if (!isObject(template)) {
    return body.includes(PROFILE_TYPE)
      ? { unreadable: "its template is no JSON (YAML is not read), and it has a security profile" }
      : { profiles: [] };
  }
  const values = parameterValues(template, parameters);
  const resources = isObject(template.Resources) ? Object.entries(template.Resources) : [];
  return {
    profiles: resources
      .filter(([, resource]) => itemsOf(at(resource, "Type")).includes(PROFILE_TYPE))
      .map(([logicalId, resource]) => ({
        logicalId,
        properties: resolve(at(resource, "Properties") ?? {}, values),
      })),
  };
}
