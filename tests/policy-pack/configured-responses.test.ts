import { securityProfileBehaviorOwnActs } from "../../policy-pack/policies/security-profile-behavior-own-acts";
import { securityProfileBehaviorSane } from "../../policy-pack/policies/security-profile-behavior-sane";
import { behavior, closedLoop, mqtt } from "./support/loop";
import { type Change, changed, judgeStack, set } from "./support/stack";
import { both } from "./support/table";

afterEach(() => {
  delete process.env.PULUMI_CONFIG;
});

const withConfig = (profiles: unknown) => {
  process.env.PULUMI_CONFIG = JSON.stringify({ "iot-quarantine:profiles": JSON.stringify(profiles) });
};

/** The profile of the closed loop as the config has it. */
const profile = (more: object, ofBehavior: object = {}) => ({
  name: "prod-watch",
  ...more,
  behaviors: [{ name: behavior.name, ...ofBehavior }],
});

const told = (policy: typeof securityProfileBehaviorSane, ...changes: Change[]) =>
  judgeStack(policy, changed(closedLoop, ...changes)).map(({ level, message }) => `${level}: ${message}`);

const byOthers = set("profile", { behaviors: [{ ...behavior, metric: "aws:num-disconnects" }] });
const toldOfActs = () => told(securityProfileBehaviorOwnActs as typeof securityProfileBehaviorSane, byOthers);

test.each([
  ["observe", profile({ response: "observe" })],
  ["notify", profile({ response: "notify" })],
  ["the default", profile({})],
  ["the behavior's own", profile({ response: "quarantine" }, { response: "observe" })],
  ["the default of a profile that is named after the stack", profile({ name: undefined })],
])("with the response %s a behavior of others' acts quarantines nobody, and passes", (_, configured) => {
  withConfig([configured]);
  expect(toldOfActs()).toEqual([]);
});

test.each([
  ["quarantine", profile({ response: "quarantine" })],
  ["the behavior's own", profile({ response: "observe" }, { response: "quarantine" })],
  ["another profile's", profile({ name: "other", response: "observe" })],
  ["another behavior's", { ...profile({}), behaviors: [{ name: "Other" }] }],
])("with the response %s it is advised against", (_, configured) => {
  withConfig([configured]);
  expect(toldOfActs()).toEqual([expect.stringMatching(/any device may have any other quarantined/)]);
});

const all = set("profile", { targetArns: [mqtt("all/things")] });
const datapoints = (consecutiveDatapointsToAlarm: unknown) =>
  set("profile", {
    behaviors: [{ ...behavior, criteria: { ...behavior.criteria, consecutiveDatapointsToAlarm } }],
  });

test.each([1, undefined])(
  "quarantining any device of the account for %s datapoint is advised against",
  (given) => {
    withConfig([profile({ response: "quarantine" })]);
    expect(told(securityProfileBehaviorSane, both(all, datapoints(given)))).toEqual([
      expect.stringMatching(
        /^advisory: Behavior "Sent" .* for a single datapoint.*consecutiveDatapointsToAlarm to 2/,
      ),
    ]);
  },
);

test("of several datapoints, of registered things, and of what only observes, nothing is told", () => {
  withConfig([profile({ response: "quarantine" })]);
  expect(told(securityProfileBehaviorSane, both(all, datapoints(2)))).toEqual([]);
  expect(told(securityProfileBehaviorSane, datapoints(1))).toEqual([]);
  withConfig([profile({})]);
  expect(told(securityProfileBehaviorSane, both(all, datapoints(1)))).toEqual([]);
});
