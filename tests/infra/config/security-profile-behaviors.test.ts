import { renderBehavior } from "../../../infra/config/security-profile-behaviors";
import type { MetricValue } from "../../../lib/detect/behavior";

test("a count becomes a string, and nothing that is not set is rendered", () => {
  expect(
    renderBehavior({
      name: "MsgSentBehavior",
      metric: "aws:num-messages-sent",
      criteria: { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 },
    }),
  ).toEqual({
    name: "MsgSentBehavior",
    metric: "aws:num-messages-sent",
    criteria: { comparisonOperator: "less-than", value: { count: "10" }, durationSeconds: 300 },
  });
  expect(renderBehavior({ name: "Bare" })).toEqual({ name: "Bare" });
});

test.each<[MetricValue, unknown]>([
  [{ count: 0 }, { count: "0" }],
  [{ cidrs: ["10.0.0.0/8"] }, { cidrs: ["10.0.0.0/8"] }],
  [{ ports: [443] }, { ports: [443] }],
  [{ number: 75.5 }, { number: 75.5 }],
  [{ numbers: [1, 2] }, { numbers: [1, 2] }],
  [{ strings: ["a"] }, { strings: ["a"] }],
])("the value %j is rendered as %j", (value, expected) => {
  expect(renderBehavior({ name: "B", criteria: { value } })).toEqual({
    name: "B",
    criteria: { value: expected },
  });
});

test("what is set is rendered, `false` included", () => {
  const behavior = {
    name: "B",
    metric: "aws:num-authorization-failures",
    metricDimension: { dimensionName: "D", operator: "NOT_IN" },
    criteria: {
      comparisonOperator: "less-than-equals",
      durationSeconds: 300,
      consecutiveDatapointsToAlarm: 2,
      consecutiveDatapointsToClear: 3,
      statisticalThreshold: { statistic: "p90" },
    },
    suppressAlerts: false,
    exportMetric: true,
  } as const;
  expect(renderBehavior(behavior)).toEqual(behavior);
  const learned = { name: "Ml", criteria: { mlDetectionConfig: { confidenceLevel: "HIGH" } } } as const;
  expect(renderBehavior(learned)).toEqual(learned);
});
