import { countedTopic } from "../../../../tools/rehearsal/scenario/topics";

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
