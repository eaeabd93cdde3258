import { evaluateIotPolicies } from "../../lib/policy-language/iot/evaluate";
import { connectChecks, type IotScope } from "../../lib/policy-language/iot/requests";
import { foreignConnections } from "../fence/connections";
import { type AskableIotPolicy, readIotPolicy } from "../fence/documents";
import { parseArn } from "../judging/arn";
import type { Finding } from "../judging/findings";
import { loopPolicy } from "../judging/policy";
import { jsonText, UNKNOWN } from "../judging/unknown";
import type { Loop } from "../loop/loop";
import { referred } from "../loop/references";
import { ofKind, type Resource } from "../loop/resources";

/** Client ids that have nothing in common: a policy that allows them all allows any. */
const STRANGERS = ["q7-other-device", "Z_8", "0a:b"];

/** Where to ask, if nothing says where the policy is. */
const NOWHERE: IotScope = { partition: "aws", region: "us-east-1", account: "123456789012" };

/** Whether the stack has a quarantine that an unpinned client would void. */
function isOurs({ callbacks, groups, resources }: Loop): boolean {
  return (
    groups.length > 0 ||
    callbacks.length > 0 ||
    resources.some(({ type }) => type.startsWith("iot-quarantine:"))
  );
}

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

/** Whether a device may connect under any client id. */
function allowsAnyClient({ written, policy }: AskableIotPolicy, scope: IotScope): boolean {
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

/** Scope of the clients that a policy names, which need not be the loop's. */
function scopeOf({ written }: AskableIotPolicy, loop: Loop): IotScope {
  const arns = written.flatMap(({ resources = [], notResources = [] }) => [...resources, ...notResources]);
  return arns.map(parseArn).find((arn) => arn?.service === "iot") ?? loop.scope ?? NOWHERE;
}

function judgePolicy(policy: Resource, loop: Loop, finding: Finding): void {
  const text = jsonText(policy.props.policy);
  if (text === UNKNOWN) {
    finding.unjudged("which clients it lets connect, as its document is not known before the deployment");
    return;
  }
  const reading = text === undefined ? { faults: [] } : readIotPolicy(text);
  // A document that AWS refuses lets nobody in.
  if ("faults" in reading || !allowsAnyClient(reading, scopeOf(reading, loop))) return;
  const message =
    `IoT policy "${policy.name}" lets a device connect under any client id. A quarantine acts only on a client id ` +
    "that is the thing's name, so that the device just takes another; and it can raise alarms in another's name. " +
    "Allow iot:Connect on client/${iot:Connection.Thing.ThingName} alone.";
  if (isOurs(loop)) finding.refuse(message);
  else finding.advise(message);
}

/**
 * An IoT policy for devices that lets them choose their client id.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policies" (a group's policy needs the client id to be the
 * thing's name), "Thing policy variables".
 */
export const devicePolicyPinsClient = loopPolicy({
  name: "device-policy-pins-client",
  displayName: "Device policy pins the client id",
  description: "An IoT policy for devices must let each connect under the name of its own thing alone.",
  severity: "high",
  tags: ["iot-core", "containment", "least-privilege"],
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html",
  enforcementLevel: "mandatory",
  remediationSteps:
    "Allow iot:Connect on client/${iot:Connection.Thing.ThingName}, with the condition Bool " +
    "iot:Connection.Thing.IsAttached true, instead of on client/* or *.",
  settings: {},
  judge: (loop, findings) => {
    for (const policy of ofKind(loop.resources, "iot-policy")) {
      if (isForGroups(policy, loop)) continue;
      findings.about(policy, (finding) => judgePolicy(policy, loop, finding));
    }
  },
});
