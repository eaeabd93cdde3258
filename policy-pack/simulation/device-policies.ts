import { parseArn } from "../../lib/aws/parse-arn";
import { evaluateIotPolicies } from "../../lib/policy-language/iot/evaluate";
import { connectChecks, type IotScope } from "../../lib/policy-language/iot/requests";
import { jsonString, UNKNOWN } from "../input/unknown";
import type { Loop } from "../stack/loop";
import { referred } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { foreignConnections } from "./connections";
import { type ParsedIotPolicy, parsedIotPolicy } from "./parsed-iot-policy";

/** Client ids that have nothing in common: a policy that allows them all allows any. */
const STRANGERS = ["q7-other-device", "Z_8", "0a:b"];

/** Where to ask, if nothing says where the policy is. */
const NOWHERE: IotScope = { partition: "aws", region: "us-east-1", account: "123456789012" };

/** Whether all attachments of a policy are to thing groups: there it acts only under the thing's own name. */
function isForGroups(policy: Resource, { resources }: Loop): boolean {
  const groups = ofKind(resources, "thing-group");
  const attachments = ofKind(resources, "iot-attachment").filter(
    (one) => referred(one, ["policy"], [policy]).length > 0,
  );
  return (
    attachments.length > 0 &&
    attachments.every(
      (one) =>
        referred(one, ["target"], groups).length > 0 ||
        parseArn(one.props.target)?.resource.startsWith("thinggroup/") === true,
    )
  );
}

/** The IoT policies of the stack that are for devices: all but those of thing groups. */
export function devicePolicies(loop: Loop): readonly Resource[] {
  return ofKind(loop.resources, "iot-policy").filter((policy) => !isForGroups(policy, loop));
}

/** Whether a device may connect under any client id. */
function allowsAnyClient({ written, policy }: ParsedIotPolicy, scope: IotScope): boolean {
  const named = [{ name: "device", policy }];
  return STRANGERS.every((clientId) =>
    foreignConnections(written, clientId).some((variables) =>
      connectChecks(scope, clientId).every(
        ({ action, resource }) =>
          evaluateIotPolicies(named, { action, resource, variables }).decision === "allowed",
      ),
    ),
  );
}

/** Where a policy may be: the scopes of what it names, of which one need not be the loop's; else the loop's. */
function scopesOf({ written }: ParsedIotPolicy, loop: Loop): readonly IotScope[] {
  const arns = written.flatMap(({ resources = [], notResources = [] }) => [...resources, ...notResources]);
  const named = new Map<string, IotScope>();
  for (const arn of arns.map(parseArn)) {
    if (arn?.service === "iot") named.set(`${arn.partition}:${arn.region}:${arn.account}`, arn);
  }
  return named.size > 0 ? [...named.values()] : [loop.scope ?? NOWHERE];
}

/** What a policy for devices says of client ids: each connects as its own thing alone, or as anything. */
export type ClientIds = "pinned" | "any" | "unknown";

/** Tells whether a policy for devices lets them choose their client id; `unknown` where its document is not known. */
export function clientIdsOf(policy: Resource, loop: Loop): ClientIds {
  const text = jsonString(policy.props.policy);
  if (text === UNKNOWN) return "unknown";
  const reading = text === undefined ? { faults: [] } : parsedIotPolicy(text);
  // A document that AWS refuses lets nobody in.
  if ("faults" in reading) return "pinned";
  return scopesOf(reading, loop).some((scope) => allowsAnyClient(reading, scope)) ? "any" : "pinned";
}
