import { isObject, type JsonObject } from "../../lib/json";
import { at, itemsOf, parseJsonOnce, UNKNOWN } from "../input/unknown";

/** A resource of a template, in CloudFormation's spelling. */
interface TemplateResource {
  /** Logical id in the template. */
  readonly logicalId: string;
  /** Properties; what an intrinsic function computes is unknown. */
  readonly properties: unknown;
}

/** The resources of a type that a template makes, and why it cannot be told whether it makes more. */
export interface TemplateReading {
  readonly found: readonly TemplateResource[];
  readonly unread?: string;
}

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

/** The value that a stack gives a parameter, in a map or in a list of keys and values. */
function givenValue(given: unknown, name: string): unknown {
  if (!Array.isArray(given)) return at(given, name);
  return at(
    given.find((one) => at(one, "parameterKey") === name),
    "parameterValue",
  );
}

/** Values of parameters: those that the stack is given, else the template's defaults. */
function parameterValues(template: JsonObject, given: unknown): JsonObject {
  const declared = isObject(template.Parameters) ? Object.entries(template.Parameters) : [];
  return Object.fromEntries(
    declared.flatMap(([name, declaration]) => {
      const value = givenValue(given, name) ?? at(declaration, "Default");
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Types that make what another template says. Source: AWS CloudFormation User Guide, "Nested stacks" and StackSets. */
const STACKS: readonly unknown[] = [
  "AWS::CloudFormation::Stack",
  "AWS::CloudFormation::StackSet",
  "AWS::Serverless::Application",
  "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
];

/** Whether what a loop repeats may be of a type, or make it: its text names the type, a stack, or computes a type. */
function mayRepeat(body: unknown, type: string): boolean {
  const text = JSON.stringify(body);
  return [type, ...STACKS].some((one) => text.includes(`"${one}"`)) || /"Type":"[^"]*[$&]\{/.test(text);
}

/** Why resources of a type may be made by what stands under a key of `Resources`. */
function unreadOf([key, value]: readonly [string, unknown], type: string): string | undefined {
  if (value === UNKNOWN || (key === "Fn::Transform" && value !== undefined)) {
    return "CloudFormation itself computes resources of its template";
  }
  // Source: AWS CloudFormation User Guide, "Fn::ForEach".
  if (key.startsWith("Fn::ForEach::") && mayRepeat(value, type)) {
    return `its template makes ${type}, or may, by Fn::ForEach`;
  }
  const made = at(value, "Type");
  if (STACKS.includes(made)) return "its template makes another stack, whose template is elsewhere";
  // Source: AWS CloudFormation User Guide, "Modules".
  return typeof made === "string" && made.endsWith("::MODULE")
    ? `its template makes what a module says, ${made}`
    : undefined;
}

/** Transforms of AWS that make no resources of AWS IoT of what is not written as one. */
const KNOWN_TRANSFORMS: readonly unknown[] = [
  "AWS::LanguageExtensions",
  "AWS::Serverless-2016-10-31",
  "AWS::SecretsManager-2020-07-23",
];

/** Macros in the text of a template that is no JSON. */
const IN_YAML = /^Transform:|Fn::Transform|!Transform/m;

/** Says so of a template that macros change, which may make anything of it. Source: CloudFormation User Guide, "Transforms". */
function macrosOf(template: unknown, body: unknown): string | undefined {
  const why = "macros (Transform) compute what its template makes";
  if (isObject(template)) {
    const own = itemsOf(template.Transform).filter((name) => !KNOWN_TRANSFORMS.includes(name));
    return own.length > 0 || template["Fn::Transform"] !== undefined ? why : undefined;
  }
  if (typeof body !== "string" || template !== undefined || !IN_YAML.test(body)) return undefined;
  const [, named] = /^Transform:[ \t]*["']?([\w:-]+)["']?[ \t]*$/m.exec(body) ?? [];
  return KNOWN_TRANSFORMS.includes(named) && !/Fn::Transform|!Transform/.test(body) ? undefined : why;
}

/**
 * Finds the resources of a type in a template of CloudFormation, or of AWS IoT's provisioning, which looks alike.
 *
 * @param body - of the template, a string or an object. YAML is not read: without the type in its text it has none,
 * with it, it is unread.
 * @param parameters - parameters that the stack is given.
 */
export function templateResources(body: unknown, parameters: unknown, type: string): TemplateReading {
  const template = typeof body === "string" ? parseJsonOnce(body) : body;
  const macros = macrosOf(template, body);
  if (!isObject(template)) {
    return typeof body === "string" && body.includes(type)
      ? {
          found: [],
          unread: `its template is no JSON that can be read (YAML is not read), and it has ${type}`,
        }
      : { found: [], ...(macros !== undefined && { unread: macros }) };
  }
  const values = parameterValues(template, parameters);
  const resources = isObject(template.Resources) ? Object.entries(template.Resources) : [];
  const found = resources
    .filter(([, resource]) => itemsOf(at(resource, "Type")).includes(type))
    .map(([logicalId, resource]) => ({
      logicalId,
      properties: resolve(at(resource, "Properties") ?? {}, values),
    }));
  const unread =
    template.Resources === UNKNOWN
      ? "its resources are not known before the deployment"
      : (resources.map((entry) => unreadOf(entry, type)).find((why) => why !== undefined) ?? macros);
  return { found, ...(unread !== undefined && { unread }) };
}
