import { type AwsScope, regionalArn } from "../../lib/aws/arns";
import { IOT_POLICY_MAX_CHARACTERS, measurePolicy } from "../../lib/policy-language/iot/document";
import { type PolicyDocument, policyDocument } from "./policy-document";

/** What a quarantined device may still do: read and report its shadow, run its jobs. */
export type QuarantineAllowance = "shadow" | "jobs";

/**
 * The policy of the quarantine group: everything is denied but what a quarantined device needs to learn of
 * its state and to report it.
 *
 * `${iot:ClientId}` is the thing's name here, because a group's policy acts only on a connection whose
 * client id is the thing's name. Source: AWS IoT Core Developer Guide, "AWS IoT Core policies" (group
 * policies) and "Basic AWS IoT Core policy variables". That `NotResource` works in a Deny is inferred from
 * "IAM JSON policy elements: NotResource"; the IoT guide shows it in an Allow.
 *
 * @param scope partition, region and account.
 * @param allows what stays possible; `shadow` is always among it.
 * @throws Error when the document is longer than AWS takes.
 */
export function restrictivePolicy(scope: AwsScope, allows: readonly QuarantineAllowance[]): PolicyDocument {
  const own = (kind: "topic" | "topicfilter", rest: string) =>
    regionalArn(scope, "iot", `${kind}/$aws/things/\${iot:ClientId}/${rest}`);
  const jobs = allows.includes("jobs");
  const reachable = [
    regionalArn(scope, "iot", `client/\${iot:ClientId}`),
    own("topic", "shadow/get*"),
    own("topic", "shadow/update*"),
    own("topicfilter", "shadow/get/*"),
    own("topicfilter", "shadow/update/*"),
    ...(jobs ? [own("topic", "jobs/*"), own("topicfilter", "jobs/*")] : []),
  ];
  // Of the topics that it may receive on, a device needs to publish to these alone: not to `.../accepted`,
  // by which it could pretend to answer itself.
  const publishable = [
    own("topic", "shadow/get"),
    own("topic", "shadow/update"),
    ...(jobs ? [own("topic", "jobs/*")] : []),
  ];
  const document = policyDocument([
    // An explicit Deny wins over whatever the certificate's own policy allows. The wildcards are in a Deny:
    // an action that AWS adds later is refused too.
    { Effect: "Deny", Action: "iot:*", NotResource: reachable },
    { Effect: "Deny", Action: "iot:Publish", NotResource: publishable },
    // A retained message would go on speaking after the session is cut.
    { Effect: "Deny", Action: "iot:RetainPublish", Resource: "*" },
    // A Deny with exceptions grants nothing: a certificate that allows telemetry alone could otherwise
    // never read its flag.
    {
      Effect: "Allow",
      Action: ["iot:Connect", "iot:Publish", "iot:Receive", "iot:Subscribe"],
      Resource: reachable,
    },
  ]);
  const length = measurePolicy(document);
  if (length > IOT_POLICY_MAX_CHARACTERS) {
    throw new Error(
      `The quarantine policy has ${length} characters without white space; AWS IoT takes ${IOT_POLICY_MAX_CHARACTERS}. ` +
        'Leave "jobs" out of `iot-quarantine:quarantineAllows`.',
    );
  }
  return document;
}
