import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rehearsalCommand } from "../../../tools/rehearsal/main";
import type { Rehearsal } from "../../../tools/rehearsal/rehearse";
import { copyProject } from "../../support/project-copy";
import { runCommand } from "../../support/run-command";

let project: string;

beforeAll(() => {
  project = copyProject();
});

afterAll(() => rmSync(project, { recursive: true }));

async function rehearsalOf(config: Readonly<Record<string, unknown>>) {
  const keys = Object.entries(config).map(([key, value]) => [`iot-quarantine:${key}`, value]);
  const file = { config: { "aws:region": "eu-central-1", ...Object.fromEntries(keys) } };
  writeFileSync(join(project, "Pulumi.hard.yaml"), JSON.stringify(file));
  const args = ["--stack", "hard", "--output", "json"];
  const { code, output, errors } = await runCommand(rehearsalCommand, args, { project });
  expect(errors).toBe("");
  return { code, rehearsal: JSON.parse(output) as Rehearsal };
}

type Operator = "less-than" | "greater-than" | "greater-than-equals" | "in-cidr-set";

const behavior = (
  metric: string,
  value: unknown,
  more: object = {},
  comparisonOperator: Operator = "less-than",
) => ({
  name: metric.replace("aws:", ""),
  metric,
  criteria: {
    comparisonOperator,
    value: typeof value === "number" ? { count: value } : value,
    ...more,
  },
});
const FIVE = { durationSeconds: 300 };
const profile = (behaviors: readonly object[], more: object = {}) => ({
  name: "P",
  response: "quarantine",
  targets: ["registered-things"],
  behaviors,
  ...more,
});

const ROLE = "arn:aws:iam::123456789012:role/detect-metrics";

it.each<[string, Readonly<Record<string, unknown>>, string]>([
  [
    "periods of which none is a multiple of another",
    {
      profiles: [
        profile([
          behavior("aws:num-messages-sent", 60, { durationSeconds: 600 }),
          behavior("aws:num-connection-attempts", 30, { durationSeconds: 900 }),
        ]),
      ],
    },
    "quarantined quarantined; quarantined",
  ],
  [
    "networks that are not this machine's, and refusals beside connects",
    {
      profiles: [
        profile([
          behavior("aws:source-ip-address", { cidrs: ["12.8.0.0/16"] }, {}, "in-cidr-set"),
          behavior("aws:num-authorization-failures", 3, { ...FIVE, consecutiveDatapointsToAlarm: 2 }),
          behavior("aws:num-connection-attempts", 6, FIVE),
        ]),
      ],
    },
    "quarantined quarantined; quarantined; quarantined",
  ],
  [
    "an absence in a row, judged by the hour though its period is not",
    {
      profiles: [
        profile([behavior("aws:disconnect-duration", 3000, { consecutiveDatapointsToAlarm: 2 })], {
          response: "notify",
          targets: ["unregistered-things"],
        }),
      ],
    },
    "notified",
  ],
  [
    "certificates that are deactivated, and metrics that are exported",
    {
      containment: ["group", "principal", "deactivate"],
      profiles: [
        profile([{ ...behavior("aws:num-messages-sent", 10, FIVE), exportMetric: true }], {
          metricsExport: { mqttTopic: "$aws/rules/detect_metrics", roleArn: ROLE },
        }),
      ],
    },
    "quarantined quarantined",
  ],
])("holds for %s", async (_what, config, decisions) => {
  const { code, rehearsal } = await rehearsalOf(config);
  expect(rehearsal.steps.filter(({ ok }) => !ok)).toEqual([]);
  expect(rehearsal.notPlayed).toEqual([]);
  const seen = rehearsal.behaviors.map((each) => each.decisions.map(({ outcome }) => outcome).join(" "));
  expect(seen.join("; ")).toBe(decisions);
  expect(code).toBe(0);
});

it("names the behavior that fences the healthy fleet before the slower ones have had their datapoints", async () => {
  const { code, rehearsal } = await rehearsalOf({
    profiles: [
      profile([
        behavior("aws:num-connection-attempts", 100, FIVE, "greater-than"),
        behavior("aws:num-messages-sent", 100, { ...FIVE, consecutiveDatapointsToAlarm: 3 }),
      ]),
    ],
  });
  expect(rehearsal.steps.at(-1)).toMatchObject({
    step: "healthy fleet",
    behavior: "P/num-connection-attempts",
    ok: false,
    detail: expect.stringMatching(
      /9 of 9 healthy devices: .* looks inverted.* 9 healthy devices are in quarantine/,
    ),
  });
  expect(code).toBe(1);
});

it("names the behavior that alarms on the healthy fleet as soon as somebody offends", async () => {
  const p99 = { statisticalThreshold: { statistic: "p99" }, ...FIVE };
  const attempts = behavior("aws:num-connection-attempts", undefined, p99, "greater-than-equals");
  const { code, rehearsal } = await rehearsalOf({
    profiles: [
      profile([behavior("aws:num-authorization-failures", 3, FIVE)], { response: "notify" }),
      profile([attempts], { name: "Q" }),
    ],
  });
  expect(rehearsal.steps.at(-1)).toMatchObject({
    ...{ behavior: "Q/num-connection-attempts", ok: false },
    detail: expect.stringMatching(
      /; Q.num-connection-attempts alarms on 20 of 20 healthy devices: .*inverted/,
    ),
  });
  expect(code).toBe(1);
});
