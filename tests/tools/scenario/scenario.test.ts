import { readConfig } from "../../../infra/config/config";
import { type Said, scenarioOf } from "../../../tools/scenario/scenario";

const NOTHING: Said = { healthy: {}, dimensions: {} };

function planned(profiles: readonly object[], said = NOTHING, more: Readonly<Record<string, unknown>> = {}) {
  const texts = Object.entries({ profiles, ...more }).map(
    ([key, value]) => [`iot-quarantine:${key}`, JSON.stringify(value)] as const,
  );
  return scenarioOf(
    readConfig(Object.fromEntries(texts), { project: "p", stack: "s" }),
    said,
    Date.UTC(2026, 0, 1),
  );
}

const criteria = { comparisonOperator: "less-than", value: { count: 20 }, durationSeconds: 300 };
const sent = { name: "Sent", metric: "aws:num-messages-sent", criteria };
const profile = (targets: readonly string[], over: object = {}) => ({
  name: "P",
  response: "quarantine",
  behaviors: [sent],
  targets,
  ...over,
});

it.each([
  ["all-things", true, [], undefined],
  ["registered-things", true, [], { isThing: false }],
  ["unregistered-things", false, [], { isThing: true }],
  ["Canary", true, ["Canary"], { isThing: true, groups: [] }],
  ["arn:aws:iot:us-east-1:123456789012:thinggroup/Canary", true, ["Canary"], { isThing: true, groups: [] }],
] as const)("plays %s with who is meant, and with who is not", (target, isThing, groups, outsider) => {
  const { plays, groups: made, fleet } = planned([profile([target])]);
  expect(plays[0]?.lead).toMatchObject({ isThing, groups });
  expect(made).toEqual(groups);
  expect(
    fleet.filter((actor) => actor.groups.length === groups.length && actor.isThing === isThing),
  ).not.toEqual([]);
  if (outsider === undefined) expect(plays[0]?.outsider).toBeUndefined();
  else expect(plays[0]?.outsider).toMatchObject(outsider);
});

it("plays a behavior for as long as it asks for, with windows that begin with the longest period", () => {
  const hourly = { ...sent, name: "Hourly", criteria: { ...criteria, durationSeconds: 3600 } };
  const run = { ...sent, name: "Run", criteria: { ...criteria, consecutiveDatapointsToAlarm: 3 } };
  const scenario = planned([profile(["all-things"], { behaviors: [hourly, run] })]);
  expect(scenario).toMatchObject({ commonPeriod: 3600, healthyWindows: 12 });
  expect(scenario.plays.map(({ toAlarm, toClear }) => [toAlarm, toClear])).toEqual([
    [1, 1],
    [3, 1],
  ]);
});

it.each([
  ["less-than-equals", 3600, 1, 2],
  ["less-than-equals", 3599, 1, 1],
  ["less-than", 3600, 1, 1],
  ["less-than-equals", 7200, 2, 4],
] as const)(
  "keeps a device away until %s %d s is violated at a full hour, %d times",
  (comparisonOperator, count, datapoints, periods) => {
    const away = {
      name: "Away",
      metric: "aws:disconnect-duration",
      criteria: { comparisonOperator, value: { count }, consecutiveDatapointsToAlarm: datapoints },
    };
    const { plays, commonPeriod, healthyWindows } = planned([profile(["all-things"], { behaviors: [away] })]);
    expect(plays).toMatchObject([{ period: 3600, periodsToAlarm: periods }]);
    expect([commonPeriod, healthyWindows]).toEqual([3600, periods * 12]);
  },
);

it("has exempt devices do the same, by name and by group, and none whose exemption is over", () => {
  const exempt = [
    { group: "Gateways", reason: "r", until: "2027-12-31" },
    { thing: "Old", reason: "r", until: "2025-12-31" },
    { thing: "Pump", reason: "r", until: "2027-12-31" },
    { thing: "Pump", reason: "again", until: "2028-12-31" },
  ];
  const { plays, groups, exemptGroups } = planned([profile(["Sensors"])], NOTHING, { exempt });
  expect(plays[0]?.exempt).toMatchObject([
    { name: "dev-EXEMPT-1", groups: ["Sensors", "Gateways"] },
    { name: "Pump", groups: ["Sensors"] },
  ]);
  expect([groups, exemptGroups]).toEqual([["Sensors"], ["Gateways"]]);
});

it("names what cannot be played, ML and a dimension of others, and plays the rest", () => {
  const dimension = { ...sent, name: "Topics", metricDimension: { dimensionName: "Commands" } };
  const profiles = [
    profile(["all-things"], { behaviors: [sent, dimension] }),
    profile(["all-things"], {
      name: "Learned",
      behaviors: [
        {
          name: "L",
          metric: "aws:num-messages-sent",
          criteria: { mlDetectionConfig: { confidenceLevel: "LOW" } },
        },
      ],
    }),
  ];
  const { plays, notPlayed } = planned(profiles);
  expect(plays.map(({ behavior }) => behavior.name)).toEqual(["Sent"]);
  expect(notPlayed).toMatchObject([
    { behavior: "Topics", reason: expect.stringContaining("--dimension Commands=TOPIC_FILTER") },
    { profile: "Learned", behavior: "L" },
  ]);
  const told = planned(profiles, { ...NOTHING, dimensions: { Commands: "cmd/+/run" } });
  expect(told.plays.map(({ behavior }) => behavior.name)).toEqual(["Sent", "Topics"]);
});

it("has a device misbehave alone where a second would fill the limit, or stand in the percentile", () => {
  const second = (over: object, more = {}) =>
    planned([profile(["all-things"], over)], NOTHING, more).plays[0]?.second;
  expect(second({})).toMatchObject({ isPinned: true });
  expect(second({}, { quarantineLimitPerHour: 1 })).toBeUndefined();
  expect(second({ response: "observe" })).toBeUndefined();
  const statistical = {
    comparisonOperator: "less-than-equals",
    statisticalThreshold: { statistic: "p90" },
    durationSeconds: 300,
  };
  expect(second({ behaviors: [{ ...sent, criteria: statistical }] })).toBeUndefined();
});

it("has as many healthy devices among the targets as a percentile takes", () => {
  const statistical = {
    comparisonOperator: "less-than-equals",
    statisticalThreshold: { statistic: "p99" },
    durationSeconds: 300,
  };
  const { fleet } = planned([profile(["Sensors"], { behaviors: [{ ...sent, criteria: statistical }] })]);
  expect(fleet.filter(({ groups }) => groups.includes("Sensors"))).toHaveLength(101);
  expect(new Set(fleet.map(({ name }) => name)).size).toBe(fleet.length);
});

it("begins when windows of all behaviors begin, also where no period is a multiple of another", () => {
  const lasting = (durationSeconds: number) => ({
    ...sent,
    name: `In${durationSeconds}`,
    criteria: { ...criteria, value: { count: 100 }, durationSeconds },
  });
  const { commonPeriod, healthyWindows } = planned([
    profile(["all-things"], { behaviors: [lasting(600), lasting(900)] }),
  ]);
  expect([commonPeriod, healthyWindows]).toEqual([1800, 6]);
});

it.each([
  [
    "a higher threshold of the same metric",
    { ...sent, name: "Higher", criteria: { ...criteria, value: { count: 25 } } },
    { count: 21 },
  ],
  [
    "the reconnect after each refusal",
    {
      name: "Attempts",
      metric: "aws:num-connection-attempts",
      criteria: { ...criteria, value: { count: 4 } },
    },
    { count: 3 },
  ],
])("offends one behavior and not another that would act sooner: %s", (_what, beside, datapoint) => {
  const refused = {
    ...sent,
    metric: "aws:num-authorization-failures",
    criteria: { ...criteria, value: { count: 3 } },
  };
  const behavior = beside.name === "Attempts" ? refused : sent;
  const { plays } = planned([
    profile(["all-things"], { response: "notify", behaviors: [behavior] }),
    profile(["all-things"], { name: "Act", behaviors: [beside] }),
  ]);
  expect(plays[0]?.offence.datapoint).toEqual(datapoint);
});

it("gives each healthy device a name of its own, however long its group's is", () => {
  const long = [1, 2].map((index) => `${"G".repeat(126)}-${index}`);
  const { fleet } = planned([profile(long)]);
  const names = fleet.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.length > 128)).toEqual([]);
});
