import { type AwsScope, regionalArn } from "../../lib/aws/arns";
import { measurePolicy } from "../../lib/policy-language/document";
import { IOT_POLICY_MAX_CHARACTERS } from "../../lib/policy-language/iot/document";
import { type PolicyDocument, policyDocument, type Statement } from "./policy-document";

/** What a quarantined device may still do: read and report its shadow, run its jobs. */
export type QuarantineAllowance = "shadow" | "jobs";

/** The name under which a client connects, whoever it is. */
const CLIENT = "${iot:ClientId}";

/** Name of the thing that the client's certificate is attached to; no value, and so no grant, for any other. */
const OWN_THING = "${iot:Connection.Thing.ThingName}";

/** The client, the topics and the filters that a quarantined device reaches. */
function reachable(scope: AwsScope, name: string, filters: readonly string[], jobs: boolean): string[] {
  const own = (kind: "topic" | "topicfilter", rest: string) =>
    regionalArn(scope, "iot", `${kind}/$aws/things/${name}/${rest}`);
  return [
    regionalArn(scope, "iot", `client/${name}`),
    own("topic", "shadow/get*"),
    own("topic", "shadow/update*"),
    ...filters.map((filter) => own("topicfilter", filter)),
    ...(jobs ? [own("topic", "jobs/*"), own("topicfilter", "jobs/*")] : []),
  ];
}

/**
 * What the group grants, to the thing's own certificates alone: a group's policy counts for whoever connects
 * under the thing's name, and another device's certificate must not get the name, nor the shadow, from it.
 *
 * It is bound twice. `iot:Connection.Thing.ThingName` has a value only for a certificate that is attached to
 * the thing, and is the attached thing's name even where AWS lets the client id be another (an exclusive
 * attachment). Sources: AWS IoT Core Developer Guide, "Thing policy examples", "Associating an AWS IoT thing to
 * an MQTT client connection"; AWS shows the variable at all four actions ("Connect policy examples",
 * "Publish/Subscribe policy examples"), and `iot:Connection.Thing.IsAttached` at Connect and Publish. That it
 * has its value at Subscribe and Receive too is inferred from "Thing policy variables". If it had not, a device
 * would still reach its shadow by what its own certificate allows.
 */
function ownGrant(scope: AwsScope, jobs: boolean): Statement {
  return {
    Effect: "Allow",
    Action: ["iot:Connect", "iot:Publish", "iot:Receive", "iot:Subscribe"],
    // One filter for two: with the longer variable, jobs would not fit in every partition. The Deny above
    // leaves of it what the thing may subscribe to.
    Resource: reachable(scope, OWN_THING, ["shadow/*"], jobs),
    Condition: { Bool: { "iot:Connection.Thing.IsAttached": ["true"] } },
  };
}

/**
 * The policy of the quarantine group: everything is denied but what a quarantined device needs to learn of
 * its state and to report it.
 *
 * `${iot:ClientId}` is the thing's name in the Denies, because a group's policy acts only on a connection whose
 * client id is the thing's name. Source: AWS IoT Core Developer Guide, "AWS IoT Core policies" (group
 * policies) and "Basic AWS IoT Core policy variables". That `NotResource` works in a Deny is inferred from
 * "IAM JSON policy elements: NotResource"; the IoT guide shows it in an Allow.
 *
 * @param allows - what stays possible; `shadow` is always among it.
 * @throws Error when the document is longer than AWS takes.
 */
export function restrictivePolicy(scope: AwsScope, allows: readonly QuarantineAllowance[]): PolicyDocument {
  const jobs = allows.includes("jobs");
  const ownTopic = (rest: string) => regionalArn(scope, "iot", `topic/$aws/things/${CLIENT}/${rest}`);
  // Of the topics that it may receive on, a device needs to publish to these alone: not to `.../accepted`,
  // by which it could pretend to answer itself.
  const publishable = ["shadow/get", "shadow/update", ...(jobs ? ["jobs/*"] : [])].map(ownTopic);
  const document = policyDocument([
    // An explicit Deny wins over whatever the certificate's own policy allows. The wildcards are in a Deny:
    // an action that AWS adds later is refused too.
    {
      Effect: "Deny",
      Action: "iot:*",
      NotResource: reachable(scope, CLIENT, ["shadow/get/*", "shadow/update/*"], jobs),
    },
    { Effect: "Deny", Action: "iot:Publish", NotResource: publishable },
    // A retained message would go on speaking after the session is cut.
    { Effect: "Deny", Action: "iot:RetainPublish", Resource: "*" },
    // A Deny with exceptions grants nothing: a certificate that allows telemetry alone could otherwise
    // never read its flag.
    ownGrant(scope, jobs),
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
