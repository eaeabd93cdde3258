import type { Behavior, MetricValue } from "../../../lib/detect/behavior";
import { datapointOf } from "../../../lib/detect/datapoint";
import type { MetricWindow } from "../../../lib/detect/windows";

const window: MetricWindow = {
  kind: "amount",
  end: 600_000,
  durationSeconds: 300,
  complete: true,
  samples: 3,
  total: 60,
  least: 10,
  most: 30,
};
const silent: MetricWindow = { ...window, samples: 0, total: 0, least: 0, most: 0 };
const seen = (elements: MetricValue): MetricWindow => ({
  kind: "set",
  end: 600_000,
  durationSeconds: 300,
  complete: true,
  elements,
});

function behavior(
  metric: string,
  comparisonOperator: string,
  value: MetricValue | undefined,
  more = {},
): Behavior {
  return { name: "B", metric, criteria: { comparisonOperator, value, ...more } } as Behavior;
}

const p90 = { statisticalThreshold: { statistic: "p90" }, durationSeconds: 300 };

describe("datapointOf", () => {
  test.each<[string, Behavior, MetricWindow, MetricValue | undefined]>([
    [
      "a rate by its total",
      behavior("aws:num-messages-sent", "less-than", { count: 1 }),
      window,
      { count: 60 },
    ],
    [
      "a size against an upper bound by its maximum",
      behavior("aws:message-byte-size", "less-than", { count: 1 }),
      window,
      { count: 30 },
    ],
    [
      "a size against a lower bound by its minimum",
      behavior("aws:message-byte-size", "greater-than-equals", { count: 1 }),
      window,
      { count: 10 },
    ],
    [
      "a size against a percentile by its total",
      behavior("aws:message-byte-size", "greater-than", undefined, p90),
      window,
      { count: 60 },
    ],
    [
      "a level by its extreme, not its sum",
      behavior("aws:num-listening-tcp-ports", "less-than", { count: 1 }),
      window,
      { count: 30 },
    ],
    ["a custom number as number", behavior("battery", "greater-than", { number: 1 }), window, { number: 10 }],
    [
      "a silent thing's rate",
      behavior("aws:num-messages-sent", "greater-than", { count: 1 }),
      silent,
      { count: 0 },
    ],
    [
      "a silent thing's largest message",
      behavior("aws:message-byte-size", "less-than", { count: 1 }),
      silent,
      { count: 0 },
    ],
    [
      "not a silent thing's smallest message",
      behavior("aws:message-byte-size", "greater-than", { count: 1 }),
      silent,
      undefined,
    ],
    [
      "ports as they were seen",
      behavior("aws:listening-tcp-ports", "in-port-set", { ports: [1] }),
      seen({ ports: [22] }),
      { ports: [22] },
    ],
    [
      "no list of another kind",
      behavior("aws:listening-tcp-ports", "in-port-set", { ports: [1] }),
      seen({ strings: ["22"] }),
      undefined,
    ],
    [
      "no number where a list belongs",
      behavior("aws:listening-tcp-ports", "in-port-set", { ports: [1] }),
      window,
      undefined,
    ],
    [
      "no metric that AWS does not have",
      behavior("aws:nothing", "less-than", { count: 1 }),
      window,
      undefined,
    ],
    ["no behavior without a metric", { name: "B" }, window, undefined],
  ])("judges %s", (_, judged, given, expected) => {
    expect(datapointOf(judged, "dev-1", given)?.value).toEqual(expected);
  });

  test("takes span and dimension over", () => {
    const metricDimension = { dimensionName: "Telemetry" };
    const judged = { ...behavior("aws:num-messages-sent", "less-than", { count: 1 }), metricDimension };
    expect(datapointOf(judged, "dev-1", window)).toEqual({
      kind: "datapoint",
      thingName: "dev-1",
      metric: "aws:num-messages-sent",
      metricDimension,
      windowEnd: 600_000,
      durationSeconds: 300,
      value: { count: 60 },
      complete: true,
      lowerBound: false,
    });
  });

  test.each([
    ["total", "aws:num-messages-sent", "greater-than", true],
    ["maximum", "aws:message-byte-size", "less-than", true],
    ["minimum", "aws:message-byte-size", "greater-than", false],
  ])("says of a part's %s whether the truth is at least that", (_, metric, operator, lowerBound) => {
    const part = datapointOf(behavior(metric, operator, { count: 1 }), "dev-1", {
      ...window,
      complete: false,
    });
    expect(part).toMatchObject({ complete: false, lowerBound });
  });
});
