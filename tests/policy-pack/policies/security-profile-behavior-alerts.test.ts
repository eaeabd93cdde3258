import { securityProfileBehaviorAlerts } from "../../../policy-pack/policies/security-profile-behavior-alerts";
import { behavior } from "../support/loop";
import { set, UNKNOWN } from "../support/stack";
import { holdPolicyTo } from "../support/table";

const behaviors = (...list: unknown[]) => set("profile", { behaviors: list });

holdPolicyTo(securityProfileBehaviorAlerts, {
  level: "advisory",
  faults: [
    [
      "a behavior that is suppressed",
      behaviors({ ...behavior, suppressAlerts: true }),
      "profile",
      /"Sent".*suppressAlerts/,
    ],
    [
      "a suppressed one among others",
      behaviors(behavior, { ...behavior, name: "Quiet", suppressAlerts: true }),
      "profile",
      /"Quiet"/,
    ],
    ["no behaviors", set("profile", { behaviors: undefined }), "profile", /no behaviors/],
    ["an empty list of behaviors", behaviors(), "profile", /no behaviors/],
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
              TargetArns: ["x"],
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
    ["unknown targets", set("profile", { targetArns: UNKNOWN }), "profile", /targets/],
    [
      "an unknown suppression",
      behaviors({ ...behavior, suppressAlerts: UNKNOWN }),
      "profile",
      /suppressAlerts/,
    ],
  ],
  nearMisses: [
    ["a behavior that says that it alarms", behaviors({ ...behavior, suppressAlerts: false })],
    ["unknown ARNs in a list of targets", set("profile", { targetArns: [UNKNOWN] })],
  ],
});
