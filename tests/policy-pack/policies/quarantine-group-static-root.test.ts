import { quarantineGroupStaticRoot } from "../../../policy-pack/policies/quarantine-group-static-root";
import { GROUP_ARN } from "../support/loop";
import { one, remove, type Stack, set, UNKNOWN, unknown } from "../support/stack";
import { holdPolicyTo } from "../support/table";

const attachments =
  (count: number, target: unknown = GROUP_ARN) =>
  (stack: Stack) => {
    for (let index = 0; index < count; index += 1) {
      stack[`more-${index}`] = {
        type: "aws:iot/policyAttachment:PolicyAttachment",
        props: { policy: `more-${index}`, target },
      };
    }
  };

const PROTECT = { protectQuarantineGroup: true };

holdPolicyTo(quarantineGroupStaticRoot, {
  level: "mandatory",
  faults: [
    [
      "a profile that watches the group itself",
      set("profile", { targetArns: [GROUP_ARN] }),
      "group",
      /is a target of Security profile "profile"/,
    ],
    [
      "a parent",
      set("group", { parentGroupName: "fleet" }),
      "group",
      /has the parent "fleet".*Remove parentGroupName/,
    ],
    [
      "a dynamic group",
      (stack) => {
        stack.group = {
          type: "aws-native:iot:ThingGroup",
          props: {
            thingGroupName: "prod-quarantined",
            queryString: "deviceDefender.prod-watch.Sent.inViolation:true",
          },
        };
      },
      "group",
      /is dynamic/,
    ],
    ["three policies", attachments(2), "group", /has 3 policies/],
    ["no protection where the config asks for it", set("group", {}), "group", /is not protected/, PROTECT],
  ],
  unjudged: [
    ["an unknown parent", set("group", { parentGroupName: UNKNOWN }), "group", /whether it has a parent/],
    [
      "an unknown query",
      (stack) => {
        stack.group = {
          type: "aws-native:iot:ThingGroup",
          props: { thingGroupName: "prod-quarantined", queryString: UNKNOWN },
        };
      },
      "group",
      /whether it is dynamic/,
    ],
    ["attachments to nobody knows what", attachments(2, UNKNOWN), "group", /how many policies/],
  ],
  nearMisses: [
    ["a target that comes from the group in a preview", unknown("profile", "targetArns", "group")],
    ["two policies", attachments(1)],
    ["policies of another group", attachments(3, "arn:aws:iot:us-east-1:123456789012:thinggroup/other")],
    ["no parent, said so", set("group", { parentGroupName: "" })],
    [
      "protection where the config asks for it",
      (stack) => {
        one(stack, "group").protect = true;
      },
      PROTECT,
    ],
    [
      "a group of the fleet with a parent",
      (stack) => {
        stack.fleet = {
          type: "aws:iot/thingGroup:ThingGroup",
          props: { name: "cams", parentGroupName: "fleet", tags: { "iot-quarantine:component": "Fleet" } },
        };
      },
    ],
    ["no group", remove("group")],
  ],
});
