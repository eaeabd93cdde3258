import { securityProfileBehaviorSane } from "../../../policy-pack/policies/security-profile-behavior-sane";
import { behavior, closedLoop } from "../support/loop";
import { changed, judgeStack, set, UNKNOWN } from "../support/stack";
import { holdPolicyTo } from "../support/table";

const behaviors = (...list: unknown[]) => set("profile", { behaviors: list });
const criteria = (changes: object, rest: object = {}) =>
  behaviors({ ...behavior, ...rest, criteria: { ...behavior.criteria, ...changes } });
const counting = (metric: string, comparisonOperator: string, count: string, rest: object = {}) =>
  criteria({ comparisonOperator, value: { count } }, { metric: `aws:${metric}`, ...rest });
const percentile = (comparisonOperator: string, statistic: string) =>
  criteria({ comparisonOperator, value: undefined, statisticalThreshold: { statistic } });
const addresses = (comparisonOperator: string, ...cidrs: string[]) =>
  behaviors({
    name: "From",
    metric: "aws:source-ip-address",
    criteria: { comparisonOperator, value: { cidrs } },
  });
const learned = (changes: object = {}) => ({
  name: "Learned",
  metric: "aws:num-messages-sent",
  criteria: { mlDetectionConfig: { confidenceLevel: "HIGH" } },
  ...changes,
});
const desiredState = (value: object) =>
  JSON.stringify({
    Behaviors: [
      {
        Name: "Sent",
        Metric: "aws:num-messages-sent",
        Criteria: { ComparisonOperator: "less-than", Value: value, DurationSeconds: 300 },
      },
    ],
  });

holdPolicyTo(securityProfileBehaviorSane, {
  level: "mandatory",
  faults: [
    [
      "an operator of another kind of metric",
      criteria({ comparisonOperator: "in-cidr-set" }),
      "profile",
      /comparisonOperator.*in-cidr-set/,
    ],
    ["a misspelt operator", criteria({ comparisonOperator: "lessThan" }), "profile", /comparisonOperator/],
    [
      "a duration that AWS does not have",
      criteria({ durationSeconds: 60 }),
      "profile",
      /durationSeconds.*it is 60/,
    ],
    [
      "no duration for a count of a period",
      criteria({ durationSeconds: undefined }),
      "profile",
      /durationSeconds/,
    ],
    [
      "no datapoints to alarm",
      criteria({ consecutiveDatapointsToAlarm: 0 }),
      "profile",
      /consecutiveDatapointsToAlarm.*1 to 10/,
    ],
    [
      "eleven datapoints to clear",
      criteria({ consecutiveDatapointsToClear: 11 }),
      "profile",
      /consecutiveDatapointsToClear/,
    ],
    ["a value of another kind", criteria({ value: { count: "1", ports: [1] } }), "profile", /ports/],
    ["a count that is no number", criteria({ value: { count: "ten" } }), "profile", /count.*it is "ten"/],
    ["a negative count", criteria({ value: { count: "-1" } }), "profile", /count/],
    ["a misspelt metric", behaviors({ ...behavior, metric: "aws:num-message-sent" }), "profile", /`metric`/],
    ["a key in another spelling", criteria({ DurationSeconds: 300 }), "profile", /DurationSeconds/],
    ["two behaviors of one name", behaviors(behavior, behavior), "profile", /no other behavior/],
    ["rules and ML in one profile", behaviors(behavior, learned()), "profile", /Split the profile/],
    [
      "ML on a metric that it does not learn",
      behaviors(learned({ metric: "aws:source-ip-address" })),
      "profile",
      /does not learn/,
    ],
    [
      "a fault in Cloud Control's spelling",
      (stack) => {
        stack.profile = {
          type: "aws:cloudcontrol/resource:Resource",
          props: {
            typeName: "AWS::IoT::SecurityProfile",
            desiredState: desiredState({ Count: "10", Number: 1 }),
          },
        };
      },
      "profile",
      /number/,
    ],
  ],
  advice: [
    [
      "a metric of AWS without its aws:, with the number of a custom one",
      criteria({ value: { number: 5 } }, { metric: "num-messages-sent" }),
      "profile",
      /custom metric num-messages-sent.*did you mean aws:num-messages-sent/,
    ],
    ["no metric", behaviors({ ...behavior, metric: undefined }), "profile", /can never alarm.*`metric`/],
    ["no criteria", behaviors({ name: "Sent", metric: behavior.metric }), "profile", /can never alarm/],
    [
      "less than 0",
      criteria({ comparisonOperator: "less-than", value: { count: "0" } }),
      "profile",
      /every datapoint violates/,
    ],
    [
      "at least 0",
      criteria({ comparisonOperator: "greater-than-equals", value: { count: "0" } }),
      "profile",
      /never alarms/,
    ],
    ...(
      [
        ["num-authorization-failures", "greater-than", "5"],
        ["num-authorization-failures", "greater-than", "0"],
        ["num-disconnects", "greater-than-equals", "1"],
        ["num-connection-attempts", "greater-than", "10"],
        ["num-messages-sent", "greater-than", "100"],
        ["num-messages-received", "greater-than-equals", "2"],
        ["message-byte-size", "greater-than", "1024"],
        ["all-bytes-out", "greater-than", "4096"],
        ["num-listening-tcp-ports", "greater-than", "5"],
        ["num-established-tcp-connections", "greater-than", "3"],
      ] as const
    ).map(
      ([metric, operator, count]) =>
        [
          `${metric} ${operator} ${count}, which a healthy device violates`,
          counting(metric, operator, count),
          "profile",
          /states what is normal.*less-than-equals/,
        ] as const,
    ),
    ...(
      [
        ["num-messages-sent", "less-than", "1"],
        ["num-connection-attempts", "less-than-equals", "0"],
        ["message-byte-size", "less-than", "1"],
      ] as const
    ).map(
      ([metric, operator, count]) =>
        [
          `${metric} ${operator} ${count}, which whoever does anything violates`,
          counting(metric, operator, count),
          "profile",
          /states what is normal.*only 0.*Set value\.count/,
        ] as const,
    ),
    ...(
      [
        ["num-messages-sent", "less-than-equals", "9007199254740991"],
        ["num-disconnects", "less-than", "4294967296"],
        ["message-byte-size", "less-than-equals", "131072"],
        ["all-bytes-out", "less-than-equals", "9007199254740991"],
      ] as const
    ).map(
      ([metric, operator, count]) =>
        [
          `${metric} ${operator} ${count}, which nobody violates`,
          counting(metric, operator, count),
          "profile",
          /no device exceeds.*never alarms/,
        ] as const,
    ),
    ["greater than the median", percentile("greater-than", "p50"), "profile", /50 %.*less-than-equals/],
    ["greater than p99, as AWS's own samples have it", percentile("greater-than", "p99"), "profile", /99 %/],
    ["less than the median", percentile("less-than", "p50"), "profile", /50 %.*p99\.9/],
    ["less than p0", percentile("less-than", "p0"), "profile", /100 %/],
    ["at most the highest", percentile("less-than-equals", "p100"), "profile", /never alarms/],
    ["at least the lowest", percentile("greater-than-equals", "p0"), "profile", /never alarms/],
    ["from any address", addresses("in-cidr-set", "10.0.0.0/8", "0.0.0.0/0"), "profile", /never alarms/],
    ["from no address", addresses("not-in-cidr-set", "::/0"), "profile", /every datapoint violates/],
  ],
  unjudged: [
    ["unknown behaviors", set("profile", { behaviors: UNKNOWN }), "profile", /behaviors/],
    ["an unknown behavior beside a good one", behaviors(behavior, UNKNOWN), "profile", /behaviors\[1\]/],
    ["an unknown behavior beside a learned one", behaviors(learned(), UNKNOWN), "profile", /behaviors\[1\]/],
    ["an unknown metric", behaviors({ ...behavior, metric: UNKNOWN }), "profile", /metric/],
    ["an unknown count", criteria({ value: { count: UNKNOWN } }), "profile", /count/],
    ["an unknown operator", criteria({ comparisonOperator: UNKNOWN }), "profile", /comparisonOperator/],
    ["unknown criteria", behaviors({ ...behavior, criteria: UNKNOWN }), "profile", /criteria/],
    [
      "criteria of an unknown kind",
      criteria({ statisticalThreshold: UNKNOWN }),
      "profile",
      /kind of behaviors\[0\]/,
    ],
  ],
  nearMisses: [
    [
      "keys in another order",
      (stack) => {
        const { metric, name, criteria: known } = behavior;
        const reordered = Object.fromEntries(Object.entries(known).reverse());
        set("profile", { behaviors: [{ criteria: reordered, metric, name }] })(stack);
      },
    ],
    ["a count that is a number", criteria({ value: { count: 10 } })],
    ["at most 0 refusals", counting("num-authorization-failures", "less-than-equals", "0")],
    ["fewer than 1 disconnect", counting("num-disconnects", "less-than", "1")],
    ["no received messages", counting("num-messages-received", "less-than", "1")],
    [
      "no messages on some topics",
      counting("num-messages-sent", "less-than", "1", { metricDimension: { dimensionName: "admin" } }),
    ],
    ["the product's own bound", criteria({ value: { count: "15000" } })],
    ["messages that can be too large", counting("message-byte-size", "less-than-equals", "131071")],
    ["bytes of a camera", counting("all-bytes-out", "less-than-equals", "4294967296")],
    ["at least 1 message", counting("num-messages-sent", "greater-than-equals", "1")],
    ["more than 0", criteria({ comparisonOperator: "greater-than", value: { count: "0" } })],
    ["at most p99", percentile("less-than-equals", "p99")],
    ["more than p1", percentile("greater-than", "p1")],
    ["less than p100", percentile("less-than", "p100")],
    ["a private network", addresses("in-cidr-set", "10.0.0.0/8")],
    ["a learned behavior", behaviors(learned())],
    [
      "a custom metric with a number",
      behaviors({
        name: "Battery",
        metric: "battery",
        criteria: { comparisonOperator: "greater-than", value: { number: 0 } },
      }),
    ],
    ["no behaviors, which is another policy's business", behaviors()],
    [
      "a good one in Cloud Control's spelling",
      (stack) => {
        stack.profile = {
          type: "aws:cloudcontrol/resource:Resource",
          props: { typeName: "AWS::IoT::SecurityProfile", desiredState: desiredState({ Count: "10" }) },
        };
      },
    ],
  ],
});

test("a fault and what is unknown beside it are both told", () => {
  const change = criteria({ durationSeconds: 60, value: { count: UNKNOWN } });
  expect(judgeStack(securityProfileBehaviorSane, changed(closedLoop, change))).toEqual([
    { level: "own", name: "profile", message: expect.stringMatching(/durationSeconds/) },
    { level: "advisory", name: "profile", message: expect.stringMatching(/^Not judged: .*count/) },
  ]);
});
