import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "../../../infra/config/config";
import { exemptionFaults, tellOfResponses } from "../../../infra/config/responses";
import { asEngine, devConfig } from "../stack-files";

const identity = { project: "iot-quarantine", stack: "dev" };
const criteria = { comparisonOperator: "less-than", value: { count: 10 }, durationSeconds: 300 };
const behaviorOf = (name: string, response?: string) => ({
  name,
  metric: "aws:num-messages-sent",
  criteria,
  ...(response === undefined ? {} : { response }),
});
const responsesOf = (values: Record<string, unknown>) =>
  readConfig(asEngine(values), identity).callbackLambda.responses;

test("without a word about it no device is touched", () => {
  expect(responsesOf({})).toEqual({
    version: 2,
    profiles: { "iot-quarantine-dev": { MessagesSent: "observe" } },
    quarantineLimitPerHour: 25,
    alarmMaxAgeMinutes: 30,
    containment: ["group"],
    exempt: [],
  });
});

test("the dev stack quarantines", () => {
  expect(readConfig(devConfig(), identity).callbackLambda.responses.profiles).toEqual({
    MsgSentSecProfile: { MsgSentBehavior: "quarantine" },
  });
});

test("every behavior has a response: its own, its profile's, or to observe", () => {
  const behaviors = [behaviorOf("A"), behaviorOf("B", "observe"), behaviorOf("C", "quarantine")];
  const targets = ["all-things"];
  const profiles = [
    { name: "P", response: "quarantine", behaviors, targets },
    { name: "Q", behaviors, targets },
  ];
  const exempt = [{ group: "Pumps", reason: "must run", until: "2027-01-31" }];
  expect(responsesOf({ profiles, exempt, quarantineLimitPerHour: 7 })).toEqual({
    version: 2,
    profiles: {
      P: { A: "quarantine", B: "observe", C: "quarantine" },
      Q: { A: "observe", B: "observe", C: "quarantine" },
    },
    quarantineLimitPerHour: 7,
    alarmMaxAgeMinutes: 30,
    containment: ["group"],
    exempt,
  });
});

test("another order of profiles and behaviors is the same table, to the byte", () => {
  const targets = ["all-things"];
  const [a, b] = [behaviorOf("A", "quarantine"), behaviorOf("B")];
  const textOf = (...profiles: object[]) => JSON.stringify(responsesOf({ profiles }));
  expect(textOf({ name: "P", behaviors: [a, b], targets }, { name: "Q", behaviors: [a], targets })).toBe(
    textOf({ name: "Q", behaviors: [a], targets }, { name: "P", behaviors: [b, a], targets }),
  );
});

test("a response that there is not is refused, of profile and behavior", () => {
  const profiles = [
    { name: "P", response: "fence", behaviors: [behaviorOf("A", "Quarantine")], targets: ["all-things"] },
  ];
  expect(() => responsesOf({ profiles })).toThrow(
    /profiles\[0\]\.response: Set `response` of profile `P` to one of observe, notify, quarantine; it is "fence"\.\n.*behaviors\[0\]\.response: Set `response` of behavior `A` to one of observe, notify, quarantine; it is "Quarantine"/,
  );
});

test.each([0, 1001, 2.5, "many"])("a limit of %j is refused", (quarantineLimitPerHour) => {
  expect(() => responsesOf({ quarantineLimitPerHour })).toThrow(
    /quarantineLimitPerHour: Set `quarantineLimitPerHour` to a whole number of things from 1 to 1000/,
  );
});

test.each([0, 40_321, 1.5, "soon"])("an age of alarms of %j is refused", (alarmMaxAgeMinutes) => {
  expect(() => responsesOf({ alarmMaxAgeMinutes })).toThrow(
    /alarmMaxAgeMinutes: Set `alarmMaxAgeMinutes` to a whole number of minutes from 1 to 40320/,
  );
});

test("a containment always has the group, in one order", () => {
  const of = (...containment: string[]) => responsesOf({ containment }).containment;
  expect(of("principal")).toEqual(["group", "principal"]);
  expect(of("principal", "deactivate")).toEqual(of("deactivate", "group", "principal"));
});

test.each([[[]], ["group"], [["group", "group"]], [["fence"]]])(
  "a containment of %j is refused",
  (containment) => {
    expect(() => responsesOf({ containment })).toThrow(
      /containment: Set `containment` to a list of any of "group", "principal" and "deactivate", each once/,
    );
  },
);

const whole = { thing: "pump-7", reason: "must run", until: "2027-01-31" };

test.each([
  ["a thing until a day", [whole]],
  ["a group until a time", [{ group: "Site:A", reason: "x", until: "2027-01-31T12:00:00Z" }]],
  ["an exemption that is over, as it must not stop a deploy", [{ ...whole, until: "2020-02-29" }]],
  ["nobody", []],
])("%s has no faults", (_name, exempt) => {
  expect(exemptionFaults(exempt, "exempt")).toEqual([]);
});

test.each<[string, unknown, string[]]>([
  ["no list", { thing: "a" }, ["exempt"]],
  ["no object", ["pump-7"], ["exempt[0]"]],
  ["an unknown key", [{ ...whole, thingName: "x" }], ["exempt[0].thingName"]],
  ["nobody named", [{ reason: "x", until: "2027-01-31" }], ["exempt[0].thing"]],
  ["both named", [{ ...whole, group: "G" }], ["exempt[0].group"]],
  [
    "names that are none, and no reason",
    [whole, { group: "a b", reason: " ", until: "2027-01-31" }],
    ["exempt[1].group", "exempt[1].reason"],
  ],
  ["a day that no month has", [{ ...whole, until: "2027-02-31" }], ["exempt[0].until"]],
  ["a local time", [{ ...whole, until: "2027-01-31T12:00:00" }], ["exempt[0].until"]],
  ["no end", [{ thing: "a", reason: "x" }], ["exempt[0].until"]],
  ["a number", [{ ...whole, until: 2027 }], ["exempt[0].until"]],
])("%s is refused, with its place", (_name, exempt, paths) => {
  expect(exemptionFaults(exempt, "exempt").map(({ path }) => path)).toEqual(paths);
});

test("the faults of exemptions are told with all others", () => {
  expect(() => responsesOf({ exempt: [{ ...whole, until: "soon" }], functionMemoryMib: 1 })).toThrow(
    /exempt\[0\]\.until: .*it is "soon"\.\n.*functionMemoryMib/,
  );
});

test("whoever deploys is told of exemptions that are over, and that nothing is touched", () => {
  const told = [
    jest.spyOn(pulumi.log, "warn").mockResolvedValue(),
    jest.spyOn(pulumi.log, "info").mockResolvedValue(),
  ];
  const linesOf = (exempt: unknown[], response: string) => {
    const profiles = [{ behaviors: [behaviorOf("A"), behaviorOf("B", response)], targets: ["all-things"] }];
    tellOfResponses(responsesOf({ profiles, exempt }));
    return told.map((spy) => spy.mock.calls.splice(0).map(([line]) => line));
  };
  expect(linesOf([{ ...whole, thing: "old", until: "2020-01-01" }], "observe")).toEqual([
    ["The exemption of thing old is over since 2020-01-01: remove it from `exempt`."],
    [expect.stringMatching(/^No behavior has the response `quarantine`/)],
  ]);
  expect(linesOf([{ ...whole, until: "2999-01-01" }], "quarantine")).toEqual([[], []]);
  for (const spy of told) spy.mockRestore();
});
