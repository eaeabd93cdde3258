import { ListResourceRequestsCommand } from "@aws-sdk/client-cloudcontrol";
import { DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import { fromStruct, type Properties } from "../../../pulumi-host/resources/property-values";
import { type EmptySandbox, startEmptySandbox } from "../../sandbox/support/empty-sandbox";
import { startProvider, type TestProvider, urnOf } from "./engine-client";

const { DiffChanges } = DiffResponse;
const PROFILE = urnOf("aws-native:iot:SecurityProfile", "profile");

let sandbox: EmptySandbox;
let native: TestProvider;

beforeAll(async () => {
  sandbox = await startEmptySandbox();
  native = await startProvider("aws-native", sandbox.endpoint);
  await native.configure({ region: "us-east-1" });
});

afterAll(async () => {
  native.stop();
  await sandbox.stop();
});

const rule = (name: string, metric: string, comparisonOperator: string, value: object) => ({
  name,
  metric,
  criteria: { comparisonOperator, value, consecutiveDatapointsToAlarm: 1, consecutiveDatapointsToClear: 1 },
});
const sent = (name: string) => {
  const { criteria, ...behavior } = rule(name, "aws:num-messages-sent", "less-than", { count: "10" });
  return { ...behavior, criteria: { ...criteria, durationSeconds: 300 } };
};
const addresses = rule("Addresses", "aws:source-ip-address", "in-cidr-set", { cidrs: ["10.0.0.0/8"] });
const statistical = (name: string) => {
  const { value, ...criteria } = sent(name).criteria;
  return { ...sent(name), criteria: { ...criteria, statisticalThreshold: { statistic: "p90" } } };
};

/** Makes a profile, and looks at it again as a refresh does; the sandbox tells its behaviors in reverse. */
async function refreshed(behaviors: readonly object[]) {
  const inputs: Properties = { securityProfileName: "P", behaviors };
  const made = fromStruct((await native.create(PROFILE, inputs)).getProperties());
  const found = await native.read(PROFILE, "P", inputs, made);
  const [kept, state] = [fromStruct(found.getInputs()), fromStruct(found.getProperties())];
  const changes = (await native.diff(PROFILE, state, kept, inputs)).getChanges();
  await native.remove(PROFILE, "P");
  return { inputs, kept, state, changes };
}

test.each([
  ["alike", [sent("A"), sent("B")]],
  ["of the same kind but for their order", [addresses, { ...addresses, name: "B" }]],
])("behaviors that are %s come back in another order without a difference", async (_what, behaviors) => {
  const { inputs, kept, changes } = await refreshed(behaviors);
  expect([kept, changes]).toEqual([inputs, DiffChanges.DIFF_NONE]);
});

test.each([
  ["a count and CIDRs", [sent("A"), addresses]],
  ["suppressAlerts in one alone", [{ ...sent("A"), suppressAlerts: false }, sent("B")]],
  ["a static and a statistical threshold", [sent("A"), statistical("B")]],
])(
  "behaviors with %s are pruned by their places, as the plugin does, and seem to differ",
  async (_what, behaviors) => {
    const { inputs, kept, state, changes } = await refreshed(behaviors);
    expect(kept.behaviors).not.toEqual(inputs.behaviors);
    expect(state.behaviors).toEqual([...behaviors].reverse());
    expect(changes).toBe(DiffChanges.DIFF_UNKNOWN);
  },
);

test("a behavior that another hand added keeps its name at least", async () => {
  const inputs = { securityProfileName: "P", behaviors: [sent("A")] };
  const state = { securityProfileName: "P", behaviors: [sent("A"), sent("B")] };
  expect((await native.diff(PROFILE, state, inputs, inputs)).getChanges()).toBe(DiffChanges.DIFF_UNKNOWN);
});

test("what is done behind Pulumi's back is not found in a field that the program leaves out, as the real aws-native finds none there", async () => {
  const behavior = sent("A");
  const quiet = { ...behavior, suppressAlerts: true };
  const profileOf = (name: string, one: object): Properties => ({
    securityProfileName: name,
    behaviors: [one],
  });
  const seen = async (inputs: Properties) => {
    const id = String(inputs.securityProfileName);
    const made = fromStruct((await native.create(PROFILE, inputs)).getProperties());
    const news = { ...inputs, behaviors: [quiet] };
    await native.update(PROFILE, id, { state: made, oldInputs: inputs, news });
    const found = await native.read(PROFILE, id, inputs, made);
    const state = fromStruct(found.getProperties());
    const kept = fromStruct(found.getInputs());
    return [kept.behaviors, (await native.diff(PROFILE, state, kept, inputs)).getChanges()];
  };
  expect(await seen(profileOf("plain", behavior))).toEqual([[behavior], DiffChanges.DIFF_NONE]);
  const told = profileOf("told", { ...behavior, suppressAlerts: false });
  expect(await seen(told)).toEqual([[quiet], DiffChanges.DIFF_UNKNOWN]);
});

test("an update without a difference sends an empty patch", async () => {
  const inputs = { securityProfileName: "Same", behaviors: [sent("A")] };
  const state = fromStruct((await native.create(PROFILE, inputs)).getProperties());
  await native.update(PROFILE, "Same", { state, oldInputs: inputs, news: inputs });
  const { ResourceRequestStatusSummaries = [] } = await sandbox.clients.cloudControl.send(
    new ListResourceRequestsCommand({ ResourceRequestStatusFilter: { Operations: ["UPDATE"] } }),
  );
  expect(ResourceRequestStatusSummaries).toContainEqual(
    expect.objectContaining({ Identifier: "Same", OperationStatus: "SUCCESS" }),
  );
});
