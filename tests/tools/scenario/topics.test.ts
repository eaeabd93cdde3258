import { countedTopic, countsUsual } from "../../../tools/scenario/topics";

const counted = (filter: string, operator?: "IN" | "NOT_IN") =>
  countedTopic({ dimensionName: "D", ...(operator && { operator }) }, { D: filter }, "dev", "telemetry/dev");

test.each([
  ["telemetry/#", undefined, "telemetry/dev"],
  ["sites/+/${iot:ClientId}", "IN", "sites/dev/dev"],
  ["telemetry/#", "NOT_IN", "rehearsal/dev"],
  ["telemetry/${iot:ClientId}", "NOT_IN", "rehearsal/dev"],
  ["telemetry/+", "NOT_IN", "rehearsal/dev"],
  ["other/#", "NOT_IN", "telemetry/dev"],
] as const)("of the filter %s (%s) the topic that counts is %s", (filter, operator, topic) => {
  expect(counted(filter, operator)).toBe(topic);
});

test("a filter that leaves no topic outside is said, and a dimension that nobody told", () => {
  expect(() => counted("#", "NOT_IN")).toThrow("no topic is outside the filter #");
  expect(() => countedTopic({ dimensionName: "D" }, {}, "dev", "t")).toThrow("--dimension D=TOPIC_FILTER");
});

test.each([
  ["aws:num-messages-sent", "telemetry/#", "IN", true],
  ["aws:num-messages-sent", "admin/#", "IN", false],
  ["aws:num-messages-sent", "admin/#", "NOT_IN", true],
  ["aws:message-byte-size", "telemetry/${iot:ClientId}", "NOT_IN", false],
  ["aws:num-messages-received", "commands/+", "IN", true],
] as const)(
  "of %s with the filter %s (%s), a healthy device's topic counts: %s",
  (metric, filter, operator, counts) => {
    const behavior = { name: "B", metric, metricDimension: { dimensionName: "D", operator } };
    expect(countsUsual(behavior, { D: filter }, "dev")).toBe(counts);
    expect(countsUsual(behavior, {}, "dev")).toBe(true);
  },
);
