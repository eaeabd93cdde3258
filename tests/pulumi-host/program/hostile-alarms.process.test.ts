import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateThingCommand, RemoveThingFromThingGroupCommand } from "@aws-sdk/client-iot";
import { GetFunctionCommand } from "@aws-sdk/client-lambda";
import { DeleteScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { clientSettings } from "../../sandbox/support/dev-sandbox";
import { violateFor } from "./lasting-violations";
import { WatchedStack } from "./watched-stack";

/** Longer than five receives take, each hidden for six times the function's timeout of a minute. */
const RECEIVES_MS = 5 * 6 * 60_000;

let stack: WatchedStack;

beforeAll(async () => {
  stack = await WatchedStack.start();
  const { sandbox, clients } = stack;
  // Else what a test keeps from the function is made good.
  const scheduler = new SchedulerClient(clientSettings(sandbox));
  await scheduler.send(new DeleteScheduleCommand({ Name: "iot-quarantine-dev-reconcile" }));
  scheduler.destroy();
  await violateFor(sandbox, clients.iot, ["dev-replayed", "dev-reordered", "dev-outage"]);
  await clients.iot.send(new CreateThingCommand({ thingName: "dev-innocent" }));
});
afterAll(() => stack.stop());

const stateOf = async (thingName: string) => (await stack.item(thingName)).state?.S;

test("a forged alarm touches nobody: it is held after its last receive, as unverified", async () => {
  await stack.alarm("dev-innocent", { waitMs: RECEIVES_MS - 60_000 });
  expect(await stateOf("dev-innocent")).toBe("held");
  expect((await stack.item("dev-innocent")).reason?.S).toMatch(/^unverified: /);
  expect(await stack.groupsOf("dev-innocent")).toEqual([]);
});

test("an alarm whose violation is over is stale once it is old, and leaves no record", async () => {
  await stack.clients.iot.send(new CreateThingCommand({ thingName: "dev-calm" }));
  await stack.alarm("dev-calm", { minutesAgo: 30, waitMs: RECEIVES_MS });
  expect(await stack.item("dev-calm")).toEqual({});
});

test("an alarm that is played again after the release quarantines nobody; one of a later datapoint does", async () => {
  await stack.alarm("dev-replayed");
  expect(await stateOf("dev-replayed")).toBe("quarantined");
  const membership = { thingName: "dev-replayed", thingGroupName: stack.output("quarantineGroupName") };
  await stack.clients.iot.send(new RemoveThingFromThingGroupCommand(membership));
  await stack.release("dev-replayed");
  await stack.alarm("dev-replayed", { minutesAgo: 1 });
  expect(await stack.groupsOf("dev-replayed")).toEqual([]);
  await stack.alarm("dev-replayed");
  expect(await stack.groupsOf("dev-replayed")).toEqual(["Quarantine"]);
});

test("alarms in the wrong order, each twice, come to the state of the right one", async () => {
  for (const minutesAgo of [1, 7, 1, 7]) {
    await stack.alarm("dev-reordered", { minutesAgo, violationId: `v-${minutesAgo}`, waitMs: 0 });
  }
  await stack.sandbox.clock.advance(60_000);
  const { state, violationId } = await stack.item("dev-reordered");
  expect([state?.S, violationId?.S]).toEqual(["quarantined", "v-1"]);
});

test("while the ledger does not answer nobody is touched, and once it does everybody is decided", async () => {
  const { lambda, iam } = stack.clients;
  const FunctionName = stack.output("callbackFunctionName");
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
  const RoleName = Configuration?.Role?.split("/").at(-1) ?? "";
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const role = { RoleName, PolicyName: PolicyNames[0] ?? "" };
  const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand(role));
  const whole = JSON.parse(decodeURIComponent(PolicyDocument));
  const grant = (Statement: readonly unknown[]) =>
    iam.send(new PutRolePolicyCommand({ ...role, PolicyDocument: JSON.stringify({ ...whole, Statement }) }));
  await grant(whole.Statement.filter(({ Sid }: { readonly Sid: string }) => Sid !== "KeepLedger"));
  await stack.alarm("dev-outage");
  expect(await stack.groupsOf("dev-outage")).toEqual([]);
  await grant(whole.Statement);
  await stack.sandbox.clock.advance(RECEIVES_MS);
  expect(await stack.groupsOf("dev-outage")).toEqual(["Quarantine"]);
  expect(await stateOf("dev-outage")).toBe("quarantined");
});
