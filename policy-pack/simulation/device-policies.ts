import type { AwsScope } from "../../lib/aws/arns";
import { parseArn } from "../../lib/aws/parse-arn";
import { evaluateIotPolicies } from "../../lib/policy-language/iot/evaluate";
import { connectChecks } from "../../lib/policy-language/iot/requests";
import { variableKey } from "../../lib/policy-language/variables";
import { at, jsonString, UNKNOWN } from "../input/unknown";
import { declaredBy } from "../stack/declared";
import type { Loop } from "../stack/loop";
import { referred } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { foreignConnections } from "./connections";
import { type ParsedIotPolicy, parsedIotPolicy } from "./parsed-iot-policy";
import { samples } from "./samples";

/** Client ids that have nothing in common: a policy that allows them all allows any. */
const STRANGERS = ["q7-other-device", "Z_8", "0a:b"];

/** Where to ask, if nothing says where the policy is. */
const NOWHERE: AwsScope = { partition: "aws", region: "us-east-1", account: "123456789012" };

/** Who gets a policy: devices, or thing groups alone, where it acts only under the thing's own name. */
type Audience = "devices" | "groups" | "unknown";

/** Whom an attachment gives its policy. */
function audienceOf(attachment: Resource, resources: readonly Resource[]): Audience {
  const { target } = attachment.props;
  if (referred(attachment, ["target"], ofKind(resources, "thing-group")).length > 0) return "groups";
  if (target !== UNKNOWN) {
    return parseArn(target)?.resource.startsWith("thinggroup/") === true ? "groups" : "devices";
  }
  const sources = attachment.sourcesOf("target");
  return resources.some(({ urn, type }) => sources.includes(urn) && /certificate/i.test(type))
    ? "devices"
    : "unknown";
}

/**
 * Whether a template attaches a policy, which it can to a certificate alone.
 *
 * Source: AWS CloudFormation User Guide, `AWS::IoT::PolicyPrincipalAttachment`.
 */
function isAttachedByTemplate({ props }: Resource, resources: readonly Resource[]): boolean {
  return resources.some((one) =>
    declaredBy(one, "AWS::IoT::PolicyPrincipalAttachment").declared.some(
      ({ properties }) => typeof props.name === "string" && at(properties, "PolicyName") === props.name,
    ),
  );
}

/** Who gets a policy by all its attachments; one that the stack attaches to nothing is for devices. */
function audience(policy: Resource, { resources }: Loop): Audience {
  const all = ofKind(resources, "iot-attachment")
    .filter((one) => referred(one, ["policy"], [policy]).length > 0)
    .map((one) => audienceOf(one, resources));
  if (all.length === 0 || all.includes("devices") || isAttachedByTemplate(policy, resources))
    return "devices";
  return all.includes("unknown") ? "unknown" : "groups";
}

/** An IoT policy for devices. */
export interface DevicePolicy {
  /** The policy; of one that another resource declares, that one under the policy's own properties. */
  readonly policy: Resource;
  /** How a message calls it. */
  readonly called: string;
}

const CLOUDFORMATION_TYPE = "AWS::IoT::Policy";

/** The policies that templates and the like declare. A provisioning template may only name one: it declares none then. */
function declaredPolicies(owner: Resource): readonly DevicePolicy[] {
  // What declares a policy and nothing else is read as that policy.
  if (owner.kind === "iot-policy") return [];
  return declaredBy(owner, CLOUDFORMATION_TYPE).declared.flatMap(({ called, properties }) => {
    const policy = at(properties, "PolicyDocument");
    if (policy === undefined) return [];
    return [{ policy: { ...owner, props: { name: at(properties, "PolicyName"), policy } }, called }];
  });
}

/** The IoT policies of the stack that are for devices: all but those of thing groups. */
export function devicePolicies(loop: Loop): readonly DevicePolicy[] {
  const made = ofKind(loop.resources, "iot-policy").map((policy) => ({ policy, called: `"${policy.name}"` }));
  return [...made, ...loop.resources.flatMap(declaredPolicies)].filter(
    ({ policy }) => audience(policy, loop) !== "groups",
  );
}

/** What of a resource's policies for devices cannot be read, in words. */
export function unreadPolicies(owner: Resource, loop: Loop): readonly string[] {
  if (owner.kind === "iot-policy") return [];
  const { declared, unread } = declaredBy(owner, CLOUDFORMATION_TYPE);
  const made = ofKind(loop.resources, "iot-policy");
  const named = declared.flatMap(({ called, properties }) => {
    const name = at(properties, "PolicyName");
    if (at(properties, "PolicyDocument") !== undefined || made.some((policy) => policy.props.name === name)) {
      return [];
    }
    return [`policy ${called}, which is not written there`];
  });
  return [...named, ...(unread === undefined ? [] : [`policies in it, as ${unread}`])];
}

/** Variables of a device's certificate, which it has but does not choose, and what stands for them here. */
const OF_CERTIFICATE = /\$\{iot:Certificate\.[^}]*\}/gi;
const CERTIFIED = "q7-certified";

/** Whether a device may connect under a client id that is not its own. */
function allowsForeign({ written, policy }: ParsedIotPolicy, clientId: string, scope: AwsScope): boolean {
  const named = [{ name: "device", policy }];
  return foreignConnections(written, clientId).some((variables) =>
    connectChecks(scope, clientId).every(
      ({ action, resource }) =>
        evaluateIotPolicies(named, { action, resource, variables }).decision === "allowed",
    ),
  );
}

/** Client ids, and patterns of them, that a policy allows by resources or by conditions. */
function clientsOf({ written }: ParsedIotPolicy): readonly string[] {
  return written
    .filter(({ effect }) => effect === "Allow")
    .flatMap(({ resources = [], conditions }) => [
      ...resources.flatMap((arn) => /^arn:[^:]*:iot:[^:]*:[^:]*:client\/(.+)$/.exec(arn)?.[1] ?? []),
      ...conditions.flatMap(({ key, values }) => (variableKey(key) === "iot:clientid" ? values : [])),
    ]);
}

/** What client ids a device may take: any, or those of a pattern; `undefined` where it is its own, or one by name. */
function openTo(policy: ParsedIotPolicy, scope: AwsScope): string | undefined {
  const allows = (clientId: string) => allowsForeign(policy, clientId, scope);
  if (STRANGERS.every(allows)) return "any client id";
  const clients = [...new Set(clientsOf(policy))];
  const pattern = clients
    .filter((one) => /[*?]/.test(one))
    .find((one) => samples(one.replace(/\$\{[^}]*\}/g, "q7-other")).every(allows));
  if (pattern !== undefined) {
    return `any client id of the form ${pattern.replaceAll(CERTIFIED, "${iot:Certificate...}")}`;
  }
  // One may be the device's own name; of several, all but one are others'.
  const named = clients.filter((one) => !/[*?]|\$\{/.test(one)).filter(allows);
  return named.length > 1 ? `each of the client ids ${named.slice(0, 3).join(", ")}` : undefined;
}

/** Where a policy may be: the scopes of what it names, of which one need not be the loop's; else the loop's. */
function scopesOf({ written }: ParsedIotPolicy, loop: Loop): readonly AwsScope[] {
  const arns = written.flatMap(({ resources = [], notResources = [] }) => [...resources, ...notResources]);
  const named = new Map<string, AwsScope>();
  for (const arn of arns.map(parseArn)) {
    if (arn?.service === "iot") named.set(`${arn.partition}:${arn.region}:${arn.account}`, arn);
  }
  return named.size > 0 ? [...named.values()] : [loop.scope ?? NOWHERE];
}

/** What a policy for devices says of client ids. */
export type ClientIds =
  | { readonly kind: "pinned" | "unknown" }
  /** Those that a device may take besides its own, in words. */
  | { readonly kind: "open"; readonly to: string };

/**
 * Tells whether a policy for devices lets them choose their client id; `unknown` where its document is not known, or
 * where one that lets them may be for groups alone.
 */
export function clientIdsOf({ policy }: DevicePolicy, loop: Loop): ClientIds {
  const text = jsonString(policy.props.policy);
  if (text === UNKNOWN) return { kind: "unknown" };
  const reading =
    text === undefined ? { faults: [] } : parsedIotPolicy(text.replace(OF_CERTIFICATE, CERTIFIED));
  // A document that AWS refuses lets nobody in.
  if ("faults" in reading) return { kind: "pinned" };
  const to = scopesOf(reading, loop)
    .map((scope) => openTo(reading, scope))
    .find((one) => one !== undefined);
  if (to === undefined) return { kind: "pinned" };
  return audience(policy, loop) === "unknown" ? { kind: "unknown" } : { kind: "open", to };
}
