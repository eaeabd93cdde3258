import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import {
  clientIdsOf,
  type DevicePolicy,
  devicePolicies,
  unreadPolicies,
} from "../simulation/device-policies";
import type { Loop } from "../stack/loop";

/** Whether the stack has a quarantine that an unpinned client would void. */
function isOurs({ callbacks, groups, resources }: Loop): boolean {
  return (
    groups.length > 0 ||
    callbacks.length > 0 ||
    resources.some(({ type }) => type.startsWith("iot-quarantine:"))
  );
}

function judgePolicy(policy: DevicePolicy, loop: Loop, finding: Finding): void {
  const clientIds = clientIdsOf(policy, loop);
  if (clientIds.kind === "unknown") {
    finding.unjudged(
      `which clients ${policy.called} lets connect, as its document, or what it is attached to, is not known before the ` +
        "deployment",
    );
  }
  if (clientIds.kind !== "open") return;
  const message =
    `IoT policy ${policy.called} lets a device connect under ${clientIds.to}. A quarantine acts only on a client id ` +
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
  remediationSteps:
    "Allow iot:Connect on client/${iot:Connection.Thing.ThingName}, with the condition Bool " +
    "iot:Connection.Thing.IsAttached true, instead of on *, client/* or another pattern.",
  judge: (loop, findings) => {
    for (const policy of devicePolicies(loop)) {
      findings.about(policy.policy, (finding) => judgePolicy(policy, loop, finding));
    }
    if (!isOurs(loop)) return;
    for (const resource of loop.resources) {
      findings.about(resource, (finding) => {
        for (const what of unreadPolicies(resource, loop))
          finding.unjudged(`which clients may connect by ${what}`);
      });
    }
  },
});
