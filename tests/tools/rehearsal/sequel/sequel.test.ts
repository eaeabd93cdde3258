import { readConfig } from "../../../../infra/config/config";
import { sequelPlayOf } from "../../../../tools/rehearsal/sequel/sequel";
import { scenarioOf } from "../../../../tools/scenario/scenario";

const criteria = { comparisonOperator: "less-than", value: { count: 20 }, durationSeconds: 300 };
const sent = { name: "Sent", metric: "aws:num-messages-sent", criteria };
const profile = { name: "P", response: "quarantine", behaviors: [sent], targets: ["all-things"] };

function playOf(over: object = {}, more: Readonly<Record<string, unknown>> = {}) {
  const texts = Object.entries({ profiles: [{ ...profile, ...over }], ...more }).map(
    ([key, value]) => [`iot-quarantine:${key}`, JSON.stringify(value)] as const,
  );
  const config = readConfig(Object.fromEntries(texts), { project: "p", stack: "s" });
  return sequelPlayOf(scenarioOf(config, { healthy: {}, dimensions: {} }, Date.UTC(2026, 0, 1)));
}

it("is played with the one behavior that quarantines at the first datapoint of what a device sends", () => {
  expect(playOf()?.behavior.name).toBe("Sent");
});

const slow = { ...criteria, durationSeconds: 900 };
const patient = { ...criteria, consecutiveDatapointsToAlarm: 3 };

it.each<[string, object, object]>([
  ["nobody is quarantined", { response: "observe" }, {}],
  ["another behavior acts as well", { behaviors: [sent, { ...sent, name: "Other" }] }, {}],
  ["a datapoint takes longer", { behaviors: [{ ...sent, criteria: slow }] }, {}],
  ["the alarm asks for several datapoints", { behaviors: [{ ...sent, criteria: patient }] }, {}],
  ["there are no alarms", { behaviors: [{ ...sent, suppressAlerts: true }] }, {}],
  ["it is not of what is sent", { behaviors: [{ ...sent, metric: "aws:num-disconnects" }] }, {}],
  ["the limit is smaller than what is played", {}, { quarantineLimitPerHour: 5 }],
  ["no thing is meant", { targets: ["unregistered-things"] }, {}],
])("is not played where %s", (_why, over, more) => {
  expect(playOf(over, { ...more })).toBeUndefined();
});
