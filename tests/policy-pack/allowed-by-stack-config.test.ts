import { restrictivePolicy } from "../../infra/documents/restrictive-policy";
import { callbackIsBounded } from "../../policy-pack/policies/callback-is-bounded";
import { quarantinePolicyContains } from "../../policy-pack/policies/quarantine-policy-contains";
import { closedLoop } from "./support/loop";
import { type Change, changed, judgeStack, set } from "./support/stack";

const SCOPE = { partition: "aws", region: "us-east-1", account: "123456789012" };

const withJobs = set("restrictive", { policy: JSON.stringify(restrictivePolicy(SCOPE, ["shadow", "jobs"])) });
const opened = set("restrictive", {
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
  }),
});

const JOBS = { "iot-quarantine:quarantineAllows": '["shadow","jobs"]' };

afterEach(() => {
  delete process.env.PULUMI_CONFIG;
});

function told(
  policy: typeof quarantinePolicyContains,
  change: Change,
  stackConfig: object,
  packConfig?: object,
) {
  process.env.PULUMI_CONFIG = JSON.stringify(stackConfig);
  return judgeStack(policy, changed(closedLoop, change), packConfig).map(({ level, message }) => [
    level,
    /allowed by the stack's config \(iot-quarantine:\w+/.exec(message)?.[0] ?? "refused",
  ]);
}

test("what the stack's config asks for is told, and not refused", () => {
  expect(told(quarantinePolicyContains, withJobs, JOBS)).toEqual([
    ["advisory", "allowed by the stack's config (iot-quarantine:quarantineAllows"],
  ]);
});

test.each([
  ["no config", {}],
  ["another project's config", { "acme:quarantineAllows": '["jobs"]' }],
  ["a config that asks for something else", { "iot-quarantine:quarantineAllows": '["shadow"]' }],
  ["a config that is not readable", { "iot-quarantine:quarantineAllows": "jobs" }],
])("with %s it is refused", (_, config) => {
  expect(told(quarantinePolicyContains, withJobs, config)).toEqual([["own", "refused"]]);
});

test("nothing else passes for it", () => {
  expect(told(quarantinePolicyContains, opened, JOBS)).toContainEqual(["own", "refused"]);
});

test("a key that the program no longer has lets nothing pass", () => {
  const unbounded = set("callback", { reservedConcurrentExecutions: undefined });
  const config = { "iot-quarantine:functionReservedConcurrency": "none" };
  expect(told(callbackIsBounded, unbounded, config)).toEqual([["own", "refused"]]);
});

test("a pack config refuses it all the same", () => {
  const strict = { allowsByStackConfig: false };
  expect(told(quarantinePolicyContains, withJobs, JOBS, strict)).toEqual([["own", "refused"]]);
});

test("where the pack config allows jobs itself, nothing is told", () => {
  expect(told(quarantinePolicyContains, withJobs, JOBS, { quarantineAllows: ["shadow", "jobs"] })).toEqual(
    [],
  );
});
