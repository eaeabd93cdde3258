import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { makeReporter } from "../../../functions/quarantine-device/report";
import type { Alarm } from "../../../lib/detect/alarm";
import type { Outcome } from "../../../lib/quarantine/outcome";
import { captureOutput } from "./capture-output";

const ALARM: Alarm = {
  violationEventTime: 1_700_000_100_000,
  thingName: "dev-1",
  violationEventType: "in-alarm",
  violationId: "0123456789abcdef",
  securityProfileName: "Profile",
  behaviorName: "Sent",
};

/** Reports the outcomes with the real Powertools and gives back what came out, line by line. */
async function linesOf(...outcomes: readonly Outcome[]): Promise<readonly Record<string, unknown>[]> {
  return captureOutput(() => {
    const report = makeReporter(
      new Logger({ serviceName: "test" }),
      new Metrics({ namespace: "IotQuarantine" }),
    );
    for (const outcome of outcomes) report(outcome);
  });
}

const LEVELS = [
  ["quarantined", "INFO"],
  ["ignored", "INFO"],
  ["unregistered", "WARN"],
  ["notified", "WARN"],
  ["stale", "WARN"],
  ["not-contained", "ERROR"],
  ["failed", "ERROR"],
] as const;

test.each(LEVELS)("%s is one line at level %s and one metric", async (outcome, level) => {
  const [line, metric, ...more] = await linesOf({ outcome, alarm: ALARM, reason: "because" });
  expect(line).toMatchObject({
    level,
    message: `alarm ${outcome}`,
    outcome,
    thingName: "dev-1",
    securityProfileName: "Profile",
    behaviorName: "Sent",
    violationId: "0123456789abcdef",
    reason: "because",
  });
  expect(metric).toMatchObject({
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: "IotQuarantine",
          Dimensions: [["profile", "outcome"]],
          Metrics: [{ Name: outcome, Unit: "Count" }],
        },
      ],
    },
    profile: "Profile",
    outcome,
    [outcome]: 1,
  });
  expect(metric).not.toHaveProperty("service");
  expect(more).toEqual([]);
});

test("rejected is an error with the path, and its metric's profile is unknown", async () => {
  const [line, metric] = await linesOf({ outcome: "rejected", path: "Records[0].Sns", reason: "must be" });
  expect(line).toMatchObject({
    level: "ERROR",
    outcome: "rejected",
    path: "Records[0].Sns",
    reason: "must be",
  });
  expect(line).not.toHaveProperty("thingName");
  expect(metric).toMatchObject({ profile: "unknown", outcome: "rejected", rejected: 1 });
});

test("two outcomes are two metrics, each with its own dimensions alone", async () => {
  const second = { ...ALARM, securityProfileName: "Other" };
  const lines = await linesOf(
    { outcome: "quarantined", alarm: ALARM, reason: "" },
    { outcome: "failed", alarm: second, reason: "" },
  );
  const metrics = lines.filter((line) => "_aws" in line);
  expect(metrics).toEqual([
    expect.objectContaining({ profile: "Profile", outcome: "quarantined", quarantined: 1 }),
    expect.objectContaining({ profile: "Other", outcome: "failed", failed: 1 }),
  ]);
  expect(metrics[1]).not.toHaveProperty("quarantined");
});

test.each([
  ["Profile:a_b-1", "Profile:a_b-1"],
  ["x".repeat(128), "x".repeat(128)],
  ["x".repeat(129), "unknown"],
  ["", "unknown"],
  [" Profile", "unknown"],
  ["Profile\n", "unknown"],
  ["a/b", "unknown"],
  ["é ".repeat(2000), "unknown"],
])("the profile of a metric is bounded to names that a profile can have: %j is %j", async (name, profile) => {
  const alarm = { ...ALARM, securityProfileName: name };
  const [, metric] = await linesOf({ outcome: "failed", alarm, reason: "" });
  expect(metric).toMatchObject({ profile });
});

const HOSTILE = "a\u001b[2J\u007f\u0085\u202e\u2028\u2029b";
const SPELT_OUT = "a\\u{1b}[2J\\u{7f}\\u{85}\\u{202e}\\u{2028}\\u{2029}b";
const ATTACKERS = ["thingName", "securityProfileName", "behaviorName", "violationId"] as const;

test.each(ATTACKERS)("%s is cut to 256, and what a terminal would obey is spelt out", async (field) => {
  const outcomeWith = (text: string): Outcome => {
    return { outcome: "failed", alarm: { ...ALARM, [field]: text }, reason: "" };
  };
  const lines = await linesOf(outcomeWith(HOSTILE), outcomeWith("x".repeat(10_000)));
  const [hostile, long] = lines.filter((line) => !("_aws" in line));
  expect(hostile?.[field]).toBe(SPELT_OUT);
  expect(long?.[field]).toBe("x".repeat(256));
});

test("so is the reason, of an alarm and of what is none", async () => {
  const lines = await linesOf(
    { outcome: "failed", alarm: ALARM, reason: HOSTILE },
    { outcome: "rejected", path: "Records", reason: HOSTILE },
    { outcome: "failed", alarm: ALARM, reason: "\u202e".repeat(300) },
  );
  const reasons = lines.filter((line) => !("_aws" in line)).map(({ reason }) => reason);
  expect(reasons).toEqual([SPELT_OUT, SPELT_OUT, "\\u{202e}".repeat(32)]);
});
