import { parseArn } from "../../lib/aws/parse-arn";
import { at, itemsOf, UNKNOWN } from "../input/unknown";
import type { Kind } from "./resource-types";
import type { Resource } from "./resources";

/** How the ARN of a kind ends, before the name. */
const ARN_FORMS: Partial<Record<Kind, { readonly service: string; readonly prefix: string }>> = {
  topic: { service: "sns", prefix: "" },
  function: { service: "lambda", prefix: "function:" },
  queue: { service: "sqs", prefix: "" },
  role: { service: "iam", prefix: "role/" },
  key: { service: "kms", prefix: "key/" },
  "managed-policy": { service: "iam", prefix: "policy/" },
  "thing-group": { service: "iot", prefix: "thinggroup/" },
};

/** The name in an ARN of a kind: without the path of a role, without the version or alias of a function. */
function nameInArn(kind: Kind, text: string): string | undefined {
  const form = ARN_FORMS[kind];
  const arn = parseArn(text);
  if (form === undefined || arn?.service !== form.service || !arn.resource.startsWith(form.prefix)) {
    return undefined;
  }
  const rest = arn.resource.slice(form.prefix.length);
  if (kind === "role" || kind === "managed-policy") return rest.slice(rest.lastIndexOf("/") + 1);
  return kind === "function" ? rest.split(":")[0] : rest;
}

/** The physical name of a resource, where it is known. */
export function nameOf(resource: Resource): string | undefined {
  const { name } = resource.props;
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** Whether a string that is no ARN means a resource: its name, its id, the URL of a queue. */
function isCalled(target: Resource, text: string): boolean {
  const { id, url, keyId } = target.props;
  if ([id, url, keyId].includes(text)) return true;
  const name = nameOf(target);
  if (name === undefined) return false;
  if (target.kind === "queue" && text.startsWith("https://")) {
    return typeof url !== "string" && text.endsWith(`/${name}`);
  }
  return text === name || (target.kind === "function" && text.startsWith(`${name}:`));
}

/** Region of a resource: its own (aws 7), else its provider's; `undefined` where that is not known. */
export function regionOf({ props, provider }: Pick<Resource, "props" | "provider">): string | undefined {
  const [region] = [props.region, provider?.props.region].filter(
    (one) => typeof one === "string" && one !== "",
  );
  return region as string | undefined;
}

/** Whether an ARN is of a region or account that a resource is not in. */
function isElsewhere(target: Resource, text: string): boolean {
  const { region, account } = parseArn(text) ?? {};
  const differs = (own: string | undefined, other: string | undefined) =>
    own !== undefined && other !== undefined && other !== "" && other !== own;
  return differs(regionOf(target) ?? target.home?.region, region) || differs(target.home?.account, account);
}

/** Whether a string (an ARN, a name, a URL) means a resource of the stack. */
export function means(target: Resource, text: string): boolean {
  const { arn } = target.props;
  if (!text.startsWith("arn:")) return isCalled(target, text);
  if (typeof arn === "string")
    return text === arn || (target.kind === "function" && text.startsWith(`${arn}:`));
  const name = nameOf(target);
  if (target.kind === undefined || name === undefined || isElsewhere(target, text)) return false;
  return nameInArn(target.kind, text) === name;
}

/**
 * Whether a property's value, or one of its values, means a resource. An unknown value means those that it comes
 * from.
 *
 * @param property - name of the property at the top of the owner's properties.
 * @param value - what is there, or somewhere below it.
 */
export function refersTo(owner: Resource, property: string, value: unknown, target: Resource): boolean {
  return itemsOf(value).some((item) =>
    typeof item === "string"
      ? means(target, item)
      : item === UNKNOWN && owner.sourcesOf(property).includes(target.urn),
  );
}

/** The resources of an array that a property (or what stands at a path below it) means. */
export function referred(
  owner: Resource,
  path: readonly [string, ...string[]],
  among: readonly Resource[],
): readonly Resource[] {
  const value = at(owner.props, ...path);
  return among.filter((target) => refersTo(owner, path[0], value, target));
}

/**
 * Whether a property, or one of its values, is unknown and comes from no resource of an array.
 *
 * @param among - all of the stack that it could mean.
 */
export function isUnresolved(
  owner: Resource,
  path: readonly [string, ...string[]],
  among: readonly Resource[],
): boolean {
  return itemsOf(at(owner.props, ...path)).includes(UNKNOWN) && referred(owner, path, among).length === 0;
}
