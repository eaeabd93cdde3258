import { securityProfileBehaviorAlerts } from "../../../policy-pack/policies/security-profile-behavior-alerts";
import { behavior, mqtt, PROFILE_ARN, REGION } from "../support/loop";
import { one, type Stack, set, UNKNOWN } from "../support/stack";
import { both, holdPolicyTo } from "../support/table";

const behaviors = (...list: unknown[]) => set("profile", { behaviors: list });
const watching = (...targetArns: unknown[]) => set("profile", { targetArns });
const THERE = mqtt("all/things").replace(REGION, "eu-west-1");
const ABROAD = /targets of region eu-west-1.*judged for no device there.*its own region/;
const provided = (stack: Stack) => {
  one(stack, "profile").provider = { region: REGION };
};

holdPolicyTo(securityProfileBehaviorAlerts, {
  level: "advisory",
  faults: [
    [
      "a behavior that is suppressed",
      behaviors({ ...behavior, suppressAlerts: true }),
      "profile",
      /"Sent".*suppressAlerts.*Remove suppressAlerts\.$/,
    ],
    [
      "a learned behavior that is suppressed",
      behaviors({
        name: "Learned",
        metric: behavior.metric,
        criteria: { mlDetectionConfig: { confidenceLevel: "HIGH" } },
        suppressAlerts: true,
      }),
      "profile",
      /"Learned".*Remove suppressAlerts once its ML model has learned/,
    ],
    ...(
      [
        ["a name", "sensors"],
        ["a number", 7],
        ["a thing", mqtt("thing/sensor-1")],
        ["all of something else", mqtt("all/gateways")],
        ["a policy", mqtt("policy/device")],
        ["a topic of another service", `arn:aws:sns:${REGION}:123456789012:all/things`],
      ] as const
    ).map(
      ([what, target]) =>
        [
          `${what} as a target`,
          watching(mqtt("all/things"), target),
          "profile",
          /has the target .*, which no device is in.*all\/registered-things/,
        ] as const,
    ),
    ["a target of another region than its provider's", both(watching(THERE), provided), "profile", ABROAD],
    [
      "a target of another region than its own",
      both(watching(THERE), set("profile", { securityProfileArn: PROFILE_ARN })),
      "profile",
      ABROAD,
    ],
    ["targets of two regions", watching(mqtt("all/things"), THERE), "profile", ABROAD],
    [
      "a target of another account than its role's",
      watching(mqtt("thinggroup/cams").replace("123456789012", "999999999999")),
      "profile",
      /is of account 123456789012.*targets of account 999999999999/,
    ],
    [
      "a suppressed one among others",
      behaviors(behavior, { ...behavior, name: "Quiet", suppressAlerts: true }),
      "profile",
      /"Quiet"/,
    ],
    ["no behaviors", set("profile", { behaviors: undefined }), "profile", /no behaviors/],
    ["an empty list of behaviors", behaviors(), "profile", /no behaviors/],
    [
      "no behaviors, and an empty list of metrics to retain",
      set("profile", { behaviors: undefined, additionalMetricsToRetainV2: [] }),
      "profile",
      /no behaviors/,
    ],
    ["no targets", set("profile", { targetArns: undefined }), "profile", /no targets in this stack/],
    ["an empty list of targets", set("profile", { targetArns: [] }), "profile", /no targets in this stack/],
    [
      "a suppressed behavior in Cloud Control's spelling",
      (stack) => {
        stack.profile = {
          type: "aws:cloudcontrol/resource:Resource",
          props: {
            typeName: "AWS::IoT::SecurityProfile",
            desiredState: JSON.stringify({
              Behaviors: [{ Name: "Cc", SuppressAlerts: true }],
              TargetArns: [mqtt("all/things")],
            }),
          },
        };
      },
      "profile",
      /"Cc"/,
    ],
  ],
  unjudged: [
    ["unknown behaviors", set("profile", { behaviors: UNKNOWN }), "profile", /behaviors/],
    ["an unknown behavior", behaviors(UNKNOWN), "profile", /Behavior 0/],
    [
      "no behaviors and unknown metrics to retain",
      set("profile", { behaviors: undefined, additionalMetricsToRetainV2: UNKNOWN }),
      "profile",
      /retains metrics/,
    ],
    ["unknown targets", set("profile", { targetArns: UNKNOWN }), "profile", /targets/],
    [
      "an unknown suppression",
      behaviors({ ...behavior, suppressAlerts: UNKNOWN }),
      "profile",
      /suppressAlerts/,
    ],
  ],
  nearMisses: [
    [
      "no behaviors, as it is there for the metrics that it retains",
      set("profile", {
        behaviors: undefined,
        additionalMetricsToRetainV2: [{ metric: "aws:num-messages-sent" }],
      }),
    ],
    ["a behavior that says that it alarms", behaviors({ ...behavior, suppressAlerts: false })],
    ["unknown ARNs in a list of targets", watching(UNKNOWN, mqtt("all/things"))],
    [
      "each kind of target",
      watching(...["all/things", "all/unregistered-things", "thinggroup/a:b-c_d"].map(mqtt)),
    ],
  ],
});
