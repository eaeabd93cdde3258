import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { Outcome } from "../../../functions/quarantine-device/outcome";
import type { Alarm } from "../../../functions/quarantine-device/parse";
import { makeReporter } from "../../../functions/quarantine-device/report";
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
    for (const outcome of outcomes) {
      report(outcome);
    }
  });
}

const LEVELS = [
  ["quarantined", "INFO"],
  ["ignored", "INFO"],
  ["unregistered", "WARN"],
  ["not-quarantinable", "ERROR"],
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

test("the profile of a metric is bounded to names that a profile can have", async () => {
  const alarm = { ...ALARM, securityProfileName: "é ".repeat(2000) };
  const [, metric] = await linesOf({ outcome: "failed", alarm, reason: "" });
  expect(metric).toMatchObject({ profile: "unknown" });
});

test("names and reasons are cut to 256 and what a terminal would obey is spelt out", async () => {
  const alarm = { ...ALARM, thingName: "a\u001b[2J\u0085\u202e\u2028b", behaviorName: "x".repeat(10_000) };
  const [line] = await linesOf({ outcome: "failed", alarm, reason: "\u202e".repeat(300) });
  expect(line).toMatchObject({
    thingName: "a\u001b[2J\\u{85}\\u{202e}\\u{2028}b",
    behaviorName: "x".repeat(256),
  });
  expect(line?.reason).toHaveLength(256);
});
