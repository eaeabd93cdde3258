import { readFileSync } from "node:fs";
import { join } from "node:path";
import { notificationTopicPolicy } from "../../infra/documents/notification-topic";
import { alarmSpecs, type Watched } from "../../infra/notification-alarms";
import { Notifications, type NotificationsArgs } from "../../infra/notifications";
import { childrenOf, record, SCOPE } from "./recorder";

const topicArn = "arn:aws:sns:us-east-1:123456789012:notices";
const watched: Watched = {
  stack: "dev",
  alertTopicName: "alerts",
  queueName: "alarms",
  deadLetterQueueName: "letters",
  callbackFunctionName: "act",
  reconcileFunctionName: "reconcile",
  behaviors: [{ profile: "P", behavior: "B" }],
};
const args: NotificationsArgs = {
  stack: "dev",
  scope: SCOPE,
  topicName: "notices",
  alarmPrefix: "iot-quarantine-dev",
  emails: ["ops@example.com"],
  watched,
};
const tags = { "iot-quarantine:stack": "dev", "iot-quarantine:component": "Notifications" };

test("the component is the topic, who may publish, the mail addresses and the CloudWatch alarms", async () => {
  const { registrations } = await record(() => new Notifications("n", args));
  const { children, component } = childrenOf(registrations, "iot-quarantine:index:Notifications") as {
    children: Record<string, { type: string; inputs: Record<string, unknown> }>;
    component?: { outputs?: unknown };
  };
  const alarms = alarmSpecs(watched).map(({ key }) => `n-${key}`);
  const { "n-topic": topic, "n-policy": policy, "n-email-ops@example.com": email, ...others } = children;
  expect(Object.keys(others).sort()).toEqual([...alarms].sort());
  // Neither a key of its own nor AWS's, which keeps CloudWatch out.
  expect(topic).toEqual({ type: "aws:sns/topic:Topic", inputs: { name: "notices", tags } });
  expect(policy?.inputs).toEqual({
    arn: topicArn,
    policy: JSON.stringify(notificationTopicPolicy(SCOPE, topicArn)),
  });
  expect(email?.inputs).toEqual({ topic: topicArn, protocol: "email", endpoint: "ops@example.com" });
  for (const { type, inputs } of Object.values(others)) {
    expect(type).toBe("aws:cloudwatch/metricAlarm:MetricAlarm");
    expect(inputs).toMatchObject({ alarmActions: [topicArn], tags });
    expect(inputs).not.toHaveProperty("okActions");
  }
  expect(children["n-dead-letters"]?.inputs).toEqual({
    name: "iot-quarantine-dev-dead-letters",
    alarmDescription:
      "Alarms were given up: their devices were not acted on. See docs/runbook.md, dead-letters.",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
    metricQueries: [
      { id: "watched", label: "dead-letters", expression: "FILL(m0, 0)", returnData: true },
      {
        id: "m0",
        metric: {
          namespace: "AWS/SQS",
          metricName: "ApproximateNumberOfMessagesVisible",
          dimensions: { QueueName: "letters" },
          period: 60,
          stat: "Maximum",
        },
      },
    ],
    alarmActions: [topicArn],
    tags,
  });
  expect(component?.outputs ?? { topicArn }).toEqual({ topicArn });
});

const specOf = (key: string, changes: Partial<Watched> = {}) =>
  alarmSpecs({ ...watched, ...changes }).find((spec) => spec.key === key);

test("each alarm watches what its name says", () => {
  const seen = alarmSpecs(watched).map(({ key, metrics, expression, period, datapoints, above, noData }) => [
    ...[
      key,
      metrics.map(({ metricName, dimensions }) => [metricName, ...Object.values(dimensions)].join(" ")),
    ],
    ...[expression, period * datapoints, above, noData],
  ]);
  expect(seen).toEqual([
    ["dead-letters", ["ApproximateNumberOfMessagesVisible letters"], "FILL(m0, 0)", 60, 0, "notBreaching"],
    ["alarms-waiting", ["ApproximateAgeOfOldestMessage alarms"], "FILL(m0, 0)", 180, 600, "notBreaching"],
    [
      "function-errors",
      ["Errors act", "Errors reconcile"],
      "FILL(m0, 0) + FILL(m1, 0)",
      300,
      0,
      "notBreaching",
    ],
    [
      "function-throttles",
      ["Throttles act", "Throttles reconcile"],
      "FILL(m0, 0) + FILL(m1, 0)",
      ...[300, 0, "notBreaching"],
    ],
    ["reconcile-not-running", ["Invocations reconcile"], "IF(FILL(m0, 0) < 1, 1, 0)", 900, 0, "breaching"],
    ["held", ["held P held"], "FILL(m0, 0)", 300, 0, "notBreaching"],
    ["not-contained", ["not-contained P not-contained"], "FILL(m0, 0)", 300, 0, "notBreaching"],
    ["notice-failed", ["notice-failed dev"], "FILL(m0, 0)", 300, 0, "notBreaching"],
    [
      "violations-without-alarm",
      ["NumberOfNotificationsDelivered alerts", "Violations P B"],
      "IF((FILL(m1, 0)) > 0 AND FILL(m0, 0) < 1, 1, 0)",
      ...[900, 0, "notBreaching"],
    ],
  ]);
});

test("a stack without reconciling has no alarm of it", () => {
  const { reconcileFunctionName, ...without } = watched;
  expect(alarmSpecs(without).map(({ key }) => key)).not.toContain("reconcile-not-running");
  expect(specOf("function-errors")?.metrics).toHaveLength(2);
  expect(alarmSpecs(without).find(({ key }) => key === "function-errors")?.metrics).toHaveLength(1);
});

test("no alarm has more metrics than CloudWatch takes, nor a longer expression, and none is left out", () => {
  const behaviors = Array.from({ length: 60 }, (_none, n) => ({ profile: `P${n % 25}`, behavior: `B${n}` }));
  const specs = alarmSpecs({ ...watched, behaviors });
  for (const { metrics, expression } of specs) {
    expect(metrics.length).toBeLessThanOrEqual(10);
    expect(expression.length).toBeLessThanOrEqual(1024);
  }
  expect(new Set(specs.map(({ key }) => key)).size).toBe(specs.length);
  const of = (key: string) =>
    specs.filter((spec) => spec.key.startsWith(key)).flatMap(({ metrics }) => metrics);
  expect(of("held")).toHaveLength(25);
  expect(of("violations").filter(({ metricName }) => metricName === "Violations")).toHaveLength(60);
  const last = specs.at(-1);
  expect(last?.expression).toBe(
    `IF((${[1, 2, 3, 4, 5, 6].map((n) => `FILL(m${n}, 0)`).join(" + ")}) > 0 AND FILL(m0, 0) < 1, 1, 0)`,
  );
});

test("the runbook has a section for each alarm, and for nothing else, with what to look at and what to type", () => {
  const runbook = readFileSync(join(__dirname, "..", "..", "docs", "runbook.md"), "utf8");
  const [, ...sections] = runbook.split(/^## /m);
  const keys = sections.map((section) => section.split("\n")[0]);
  expect([...keys].sort()).toEqual(
    alarmSpecs(watched)
      .map(({ key }) => key)
      .sort(),
  );
  for (const section of sections) {
    expect(section).toMatch(/\*\*Means\*\*[\s\S]+\*\*Look at\*\*[\s\S]+\*\*Type\*\*[\s\S]+```/);
  }
});
