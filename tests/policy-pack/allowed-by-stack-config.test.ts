import { restrictivePolicy } from "../../infra/documents/restrictive-policy";
import { callbackIsBounded } from "../../policy-pack/policies/callback-is-bounded";
import { quarantinePolicyContains } from "../../policy-pack/policies/quarantine-policy-contains";
import { closedLoop } from "./support/loop";
import { type Change, changed, judgeStack, set } from "./support/stack";

const SCOPE = { partition: "aws", region: "us-east-1", account: "123456789012" };

const unbounded = set("callback", { reservedConcurrentExecutions: undefined });
const withJobs = set("restrictive", { policy: JSON.stringify(restrictivePolicy(SCOPE, ["shadow", "jobs"])) });
const opened = set("restrictive", {
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
  }),
});

const JOBS = { "iot-quarantine:quarantineAllows": '["shadow","jobs"]' };
const NONE = { "iot-quarantine:functionReservedConcurrency": "none" };

afterEach(() => {
  delete process.env.PULUMI_CONFIG;
});

function told(policy: typeof callbackIsBounded, change: Change, stackConfig: object, packConfig?: object) {
  process.env.PULUMI_CONFIG = JSON.stringify(stackConfig);
  return judgeStack(policy, changed(closedLoop, change), packConfig).map(({ level, message }) => [
    level,
    /allowed by the stack's config \(iot-quarantine:\w+/.exec(message)?.[0] ?? "refused",
  ]);
}

const ADVICE = (key: string) => ["advisory", `allowed by the stack's config (iot-quarantine:${key}`];

test("what the stack's config asks for is told, and not refused", () => {
  expect(told(quarantinePolicyContains, withJobs, JOBS)).toEqual([ADVICE("quarantineAllows")]);
  expect(told(callbackIsBounded, unbounded, NONE)).toEqual([ADVICE("functionReservedConcurrency")]);
});

test.each([
  ["no config", {}],
  [
    "another project's config",
    { "acme:quarantineAllows": '["jobs"]', "acme:functionReservedConcurrency": "none" },
  ],
  [
    "a config that asks for something else",
    { "iot-quarantine:quarantineAllows": '["shadow"]', "iot-quarantine:functionReservedConcurrency": "10" },
  ],
  [
    "a config that is not readable",
    { "iot-quarantine:quarantineAllows": "jobs", "iot-quarantine:functionReservedConcurrency": "0" },
  ],
])("with %s it is refused", (_, config) => {
  expect(told(quarantinePolicyContains, withJobs, config)).toEqual([["own", "refused"]]);
  expect(told(callbackIsBounded, unbounded, config)).toEqual([["own", "refused"]]);
});

test("nothing else passes for it", () => {
  expect(told(quarantinePolicyContains, opened, JOBS)).toContainEqual(["own", "refused"]);
  const off = set("callback", { reservedConcurrentExecutions: 0 });
  expect(told(callbackIsBounded, off, NONE)).toEqual([["own", "refused"]]);
});

test("a pack config refuses it all the same", () => {
  const strict = { allowsByStackConfig: false };
  expect(told(quarantinePolicyContains, withJobs, JOBS, strict)).toEqual([["own", "refused"]]);
  expect(told(callbackIsBounded, unbounded, NONE, strict)).toEqual([["own", "refused"]]);
});

test("where the pack config allows jobs itself, nothing is told", () => {
  expect(told(quarantinePolicyContains, withJobs, JOBS, { quarantineAllows: ["shadow", "jobs"] })).toEqual(
    [],
  );
});
