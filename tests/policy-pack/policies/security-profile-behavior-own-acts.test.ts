import { securityProfileBehaviorOwnActs } from "../../../policy-pack/policies/security-profile-behavior-own-acts";
import { behavior, document, GROUP_ARN, mqtt } from "../support/loop";
import { type Change, set, UNKNOWN } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

/** The closed loop's profile with one behavior of a metric. */
const watching = (metric: unknown, more: object = {}): Change =>
  set("profile", { behaviors: [{ ...behavior, name: "Watched", metric, ...more }] });

const policy =
  (name: string, Resource: unknown): Change =>
  (stack) => {
    const text = document({ Effect: "Allow", Action: "iot:Connect", Resource });
    stack[name] = {
      type: "aws:iot/policy:Policy",
      props: { name, policy: Resource === UNKNOWN ? UNKNOWN : text },
    };
  };

const forGroup =
  (name: string): Change =>
  (stack) => {
    stack[`${name}-attachment`] = {
      type: "aws:iot/policyAttachment:PolicyAttachment",
      props: { policy: name, target: GROUP_ARN },
    };
  };

const pinned = policy("pinned", mqtt("client/${iot:Connection.Thing.ThingName}"));
const unpinned = policy("unpinned", mqtt("client/*"));
const FAILURES = "aws:num-authorization-failures";
const ANY = /behavior "Watched" of .* any device may have any other quarantined: .*aws:num-messages-sent/;

holdPolicyTo(securityProfileBehaviorOwnActs, {
  level: "advisory",
  faults: [
    ["refused operations", watching(FAILURES), "profile", ANY],
    ["connection attempts", watching("aws:num-connection-attempts"), "profile", ANY],
    ["disconnects", watching("aws:num-disconnects"), "profile", ANY],
    ["source addresses", watching("aws:source-ip-address"), "profile", ANY],
    ["received messages", watching("aws:num-messages-received"), "profile", ANY],
    [
      "with no device policy to say otherwise",
      watching(FAILURES),
      "profile",
      /no device policy of this stack/,
    ],
    [
      "with a device policy that lets a device take any name",
      both(watching(FAILURES), unpinned),
      "profile",
      /a device policy of this stack lets a device connect under a client id that is not its own/,
    ],
    ["with one device policy of two that pins", both(watching(FAILURES), pinned, unpinned), "profile", ANY],
    [
      "with a pinned policy that is a group's, and no device's",
      both(watching(FAILURES), pinned, forGroup("pinned")),
      "profile",
      /no device policy of this stack/,
    ],
    [
      "among behaviors of other metrics",
      set("profile", { behaviors: [behavior, { ...behavior, name: "Watched", metric: FAILURES }] }),
      "profile",
      ANY,
    ],
  ],
  unjudged: [
    [
      "an unknown device policy",
      both(watching(FAILURES), policy("later", UNKNOWN)),
      "profile",
      /whether every device policy pins the client id/,
    ],
    ["unknown behaviors", set("profile", { behaviors: UNKNOWN }), "profile", /the metric of a behavior/],
    [
      "whether alerts are suppressed",
      watching(FAILURES, { suppressAlerts: UNKNOWN }),
      "profile",
      /whether alerts of a behavior are suppressed/,
    ],
    ["an unknown metric", watching(UNKNOWN), "profile", /the metric of a behavior/],
  ],
  nearMisses: [
    ["sent messages", watching("aws:num-messages-sent")],
    ["their size", watching("aws:message-byte-size")],
    ["a metric of the device's own report", watching("aws:all-bytes-out")],
    ["a custom metric", watching("batteryPercentage")],
    ["a custom metric that is called as something of every object", watching("constructor")],
    ["an unknown metric whose alerts are suppressed", watching(UNKNOWN, { suppressAlerts: true })],
    [
      "alerts that are suppressed: nobody is quarantined for them",
      watching(FAILURES, { suppressAlerts: true }),
    ],
    ["device policies that all pin the client id", both(watching(FAILURES), pinned)],
    [
      "a topic that no function hears: nobody is quarantined",
      both(watching(FAILURES), (stack) => {
        delete stack.subscription;
      }),
    ],
  ],
});
