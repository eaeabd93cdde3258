import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { profileFindings } from "../../../tools/ci/profile-drift";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "events-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

const SECURITY_PROFILE = "aws-native:iot:SecurityProfile";

interface Step {
  readonly op: string;
  readonly type?: string;
  readonly wanted?: object;
  readonly live?: object;
}

/** What the log of a preview with these steps tells. */
function findings(...steps: readonly Step[]) {
  const path = join(folder, "events.json");
  const lines = steps.map(({ op, type = SECURITY_PROFILE, wanted, live }) => {
    const metadata = { op, type, old: live && { outputs: live }, new: wanted && { inputs: wanted } };
    return JSON.stringify({ resourcePreEvent: { metadata } });
  });
  writeFileSync(path, ['{"sequence":1,"preludeEvent":{}}', ...lines, '{"cut off'].join("\n"));
  return profileFindings(path);
}

const count = (name: string, most = "10") => ({
  name,
  metric: "aws:num-messages-sent",
  criteria: { comparisonOperator: "less-than", value: { count: most }, durationSeconds: 300 },
});
const cidrs = (name: string, ...nets: string[]) => ({
  name,
  metric: "aws:source-ip-address",
  criteria: { comparisonOperator: "in-cidr-set", value: { cidrs: nets } },
});
const statistical = (name: string) => ({
  ...count(name),
  criteria: { comparisonOperator: "less-than", statisticalThreshold: { statistic: "p90" } },
});
const profile = (behaviors: readonly object[], targetArns = ["a", "b"]) => ({
  securityProfileName: "P",
  behaviors,
  targetArns,
  alertTargets: { SNS: { alertTargetArn: "t", roleArn: "r" } },
});

test.each([
  ["counts and CIDRs", [count("A"), cidrs("B", "10.0.0.0/8", "192.168.0.0/16")]],
  ["suppressAlerts in one alone", [{ ...count("A"), suppressAlerts: false }, count("B")]],
  ["a static and a statistical threshold", [count("A"), statistical("B")]],
])("a healthy profile with %s is found to differ in its order alone", (_what, behaviors) => {
  const live = { ...profile([...behaviors].reverse(), ["b", "a"]), securityProfileArn: "arn" };
  const step = { op: "update", wanted: profile(behaviors), live };
  expect(findings(step)).toEqual({ reordered: ["P"], unseen: [], hasOther: false });
  expect(findings({ ...step, op: "same" })).toEqual({ reordered: [], unseen: [], hasOther: false });
});

const wanted = profile([count("A"), cidrs("B", "10.0.0.0/8")]);

test.each<[string, object]>([
  [
    "a dimension",
    profile([{ ...count("A"), metricDimension: { dimensionName: "D" } }, cidrs("B", "10.0.0.0/8")]),
  ],
  ["another count", profile([cidrs("B", "10.0.0.0/8"), count("A", "11")])],
  ["another net", profile([cidrs("B", "0.0.0.0/0"), count("A")])],
  ["a net more", profile([cidrs("B", "10.0.0.0/8", "0.0.0.0/0"), count("A")])],
  ["another kind of threshold", profile([cidrs("B", "10.0.0.0/8"), statistical("A")])],
  ["a behavior less", profile([count("A")])],
  ["a behavior more", profile([cidrs("B", "10.0.0.0/8"), count("A"), count("C")])],
  ["names swapped", profile([cidrs("A", "10.0.0.0/8"), count("B")])],
  ["an alarm that is silenced", profile([{ ...count("A"), suppressAlerts: true }, cidrs("B", "10.0.0.0/8")])],
  ["a target less", profile(wanted.behaviors, ["a"])],
  ["another alert target", { ...wanted, alertTargets: { SNS: { alertTargetArn: "x", roleArn: "r" } } }],
])("a profile that the provider would change and that has %s has drifted", (_what, live) => {
  expect(findings({ op: "update", wanted, live })).toEqual({ reordered: [], unseen: [], hasOther: true });
});

test.each<[string, object, string[]]>([
  ["suppressAlerts", { suppressAlerts: true }, ["P (A)"]],
  [
    "datapoints to alarm",
    { criteria: { ...count("A").criteria, consecutiveDatapointsToAlarm: 9 } },
    ["P (A)"],
  ],
  [
    "datapoints to clear",
    { criteria: { ...count("A").criteria, consecutiveDatapointsToClear: 9 } },
    ["P (A)"],
  ],
  [
    "AWS's defaults",
    { suppressAlerts: false, criteria: { ...count("A").criteria, consecutiveDatapointsToAlarm: 1 } },
    [],
  ],
  ["a field of AWS's own", { exportMetric: false, anything: 1 }, []],
])("what the provider does not see of a field that the config leaves out: %s", (_what, more, unseen) => {
  const live = profile([{ ...count("A"), ...more }]);
  expect(findings({ op: "same", wanted: profile([count("A")]), live })).toMatchObject({ unseen });
});

test("a profile that is made, replaced or deleted, and any other resource that changes, are changes", () => {
  for (const op of ["create", "replace", "delete"])
    expect(findings({ op, wanted })).toMatchObject({ hasOther: true });
  expect(findings({ op: "update", type: "aws:sns/topic:Topic" })).toMatchObject({ hasOther: true });
  const quiet = ["same", "refresh", "read"].map((op) => ({ op, type: "aws:sns/topic:Topic" }));
  expect(findings(...quiet)).toEqual({ reordered: [], unseen: [], hasOther: false });
});

test("a run without a log, such as one whose CLI is missing, tells nothing", () => {
  expect(profileFindings(join(folder, "none"))).toEqual({ reordered: [], unseen: [], hasOther: false });
});
