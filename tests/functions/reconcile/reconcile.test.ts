import { DescribeThingCommand, type ListActiveViolationsCommandInput } from "@aws-sdk/client-iot";
import type { Correction, ReconcileLedger } from "../../../functions/reconcile/ledger";
import { makeReconcilePorts, type PortsArgs } from "../../../functions/reconcile/ports";
import { reconcile } from "../../../functions/reconcile/reconcile";
import { recordOf, type ThingRecord } from "../../../functions/reconcile/records";
import type { Notice } from "../../../lib/notices/notice";
import { parseEvent } from "../../../lib/quarantine/parse";
import type { ResponseTable } from "../../../lib/responses/response-table";

const responses: ResponseTable = {
  version: 2,
  profiles: { P: { B: "quarantine" } },
  quarantineLimitPerHour: 25,
  alarmMaxAgeMinutes: 30,
  containment: ["group"],
  exempt: [],
};
const MINUTE = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE);

const violationOf = (index: number, thingName = `thing-${index}`) => ({
  violationId: `v-${index}`,
  thingName,
  securityProfileName: "P",
  behavior: { name: "B", metric: "aws:num-messages-sent", criteria: { durationSeconds: 300 } },
  lastViolationValue: { count: 12 },
  lastViolationTime: ago(1),
  violationStartTime: ago(20),
});

/** The ledger, in memory. */
class MemoryLedger implements ReconcileLedger {
  readonly items = new Map<string, ThingRecord>();
  readonly claims = new Set<string>();
  readonly corrections: Correction[] = [];
  inState = async (state: string) => [...this.items.values()].filter((item) => item.state === state);
  count = async (state: string) => (await this.inState(state)).length;
  records = async (names: readonly string[]) =>
    new Map(names.map((name) => [name, this.items.get(name) ?? recordOf(name)]));
  claim = async (what: string) => !this.claims.has(what) && Boolean(this.claims.add(what));
  disclaim = async (what: string) => void this.claims.delete(what);
  correct = async (correction: Correction) => {
    this.corrections.push(correction);
    const { thingName, state, from, groupName } = correction;
    const containment = groupName === undefined ? from.containment : ["group"];
    this.items.set(thingName, { ...from, state, since: new Date().toISOString(), containment });
    return true;
  };
  put(thingName: string, record: Partial<ThingRecord>) {
    this.items.set(thingName, { ...recordOf(thingName), ...record });
  }
}

/** AWS as far as a run asks: pages of what lasts, members, and a queue. */
class Aws {
  violations: ReturnType<typeof violationOf>[] = [];
  members: string[] = [];
  groups: { groupName: string }[] = [];
  unregistered = new Set<string>();
  /** Members that left since they were listed. */
  left = new Set<string>();
  readonly queued: string[] = [];
  readonly cut: string[] = [];
  readonly listedAt: number[] = [];
  readonly failing = new Set<string>();

  readonly send = async (command: { input: object; constructor: { name: string } }) => {
    const { input } = command;
    const name = command.constructor.name;
    if (this.failing.has(name)) throw Object.assign(new Error(name), { name: "AccessDeniedException" });
    if (name === "ListThingsInThingGroupCommand") return { things: this.members };
    if (name === "ListActiveViolationsCommand") return this.#page(input as ListActiveViolationsCommandInput);
    if (name === "ListThingGroupsForThingCommand") {
      const { thingName = "" } = input as { thingName?: string };
      const isIn = this.members.includes(thingName) && !this.left.has(thingName);
      return { thingGroups: isIn ? [{ groupName: "Quarantine" }] : this.groups };
    }
    if (command instanceof DescribeThingCommand) {
      if (!this.unregistered.has(command.input.thingName ?? "")) return {};
      throw Object.assign(new Error(name), { name: "ResourceNotFoundException" });
    }
    if (name === "DeleteConnectionCommand")
      return void this.cut.push((input as { clientId: string }).clientId);
    const { Entries } = input as { Entries: { Id: string; MessageBody: string }[] };
    if (Entries.length > 10) throw new Error("too many entries");
    this.queued.push(...Entries.map(({ MessageBody }) => MessageBody));
    return {};
  };

  #page({ maxResults = 100, nextToken = "0" }: ListActiveViolationsCommandInput) {
    this.listedAt.push(performance.now());
    const [start, end] = [Number(nextToken), Number(nextToken) + maxResults];
    const activeViolations = this.violations.slice(start, end);
    return end < this.violations.length ? { activeViolations, nextToken: String(end) } : { activeViolations };
  }
}

let aws: Aws;
let ledger: MemoryLedger;
let told: Notice[];

beforeEach(() => {
  [aws, ledger, told] = [new Aws(), new MemoryLedger(), []];
});

function run() {
  const client = aws as unknown as PortsArgs["iot"] & PortsArgs["iotData"] & PortsArgs["sqs"];
  const clients = { iot: client, iotData: client, sqs: client };
  const places = { groupName: "Quarantine", alarmsQueueUrl: "q", callTimeoutMs: () => 15_000 };
  return reconcile({
    responses,
    ports: makeReconcilePorts({ ...clients, ...places }),
    ledger,
    groupName: "Quarantine",
    tell: async (notices) => void told.push(...notices),
  });
}

test("2,000 violations are listed page by page, at most ten pages a second, and each alarm is queued once", async () => {
  aws.violations = Array.from({ length: 2000 }, (_, index) => violationOf(index));
  expect(await run()).toMatchObject({ violations: 2000, queued: 2000 });
  expect(aws.listedAt).toHaveLength(8);
  const gaps = aws.listedAt.slice(1).map((at, index) => at - (aws.listedAt[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
  expect(new Set(aws.queued).size).toBe(2000);
  const [record] = parseEvent({ Records: [{ messageId: "m", body: aws.queued[0] }] });
  expect(record).toMatchObject({
    kind: "alarm",
    alarm: {
      thingName: "thing-0",
      violationId: "v-0",
      violationEventType: "in-alarm",
      behaviorName: "B",
      violationEventTime: aws.violations[0]?.lastViolationTime.getTime(),
    },
  });
  expect(await run()).toMatchObject({ violations: 2000, queued: 0 });
});

test("a second run at once changes nothing", async () => {
  aws.members = ["stranger", "loud"];
  aws.violations = [violationOf(1), violationOf(2, "loud")];
  ledger.put("loud", { state: "quarantined", since: ago(10).toISOString(), containment: ["group"] });
  ledger.put("gone", { state: "quarantined", since: ago(10).toISOString(), containment: ["group"] });
  expect(await run()).toMatchObject({ queued: 1, cut: 1, corrected: 2 });
  const before = structuredClone([aws.queued, aws.cut, ledger.corrections, told]);
  expect(await run()).toMatchObject({ queued: 0, cut: 0, corrected: 0 });
  expect([aws.queued, aws.cut, ledger.corrections, told]).toEqual(before);
  expect(told.map(({ kind, thingName }) => [kind, thingName])).toEqual([
    ["removed-by-hand", "gone"],
    ["entered-by-hand", "stranger"],
  ]);
});

test.each(["ListThingsInThingGroupCommand", "ListThingGroupsForThingCommand", "DescribeThingCommand"])(
  "where %s fails nobody is said to have left, and the run fails",
  async (command) => {
    aws.failing.add(command);
    ledger.put("kept", { state: "quarantined", since: ago(10).toISOString(), containment: ["group"] });
    await expect(run()).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect([told, ledger.corrections]).toEqual([[], []]);
  },
);

test("an alarm that SQS does not take is nobody's, and the next run queues it", async () => {
  aws.violations = [violationOf(1)];
  aws.failing.add("SendMessageBatchCommand");
  await expect(run()).rejects.toMatchObject({ name: "AccessDeniedException" });
  aws.failing.clear();
  expect(await run()).toMatchObject({ queued: 1 });
});

test("a thing that was queued and then released too early is queued again, by its next datapoint", async () => {
  aws.violations = [violationOf(1)];
  expect(await run()).toMatchObject({ queued: 1 });
  ledger.put("thing-1", { state: "released", releasedAt: Date.now() });
  expect(await run()).toMatchObject({ queued: 0 });
  aws.violations = [{ ...violationOf(1), lastViolationTime: ago(-1) }];
  expect(await run()).toMatchObject({ queued: 1 });
  expect(await run()).toMatchObject({ queued: 0 });
});

test("a client id that is no thing is not queued, and not asked about again in the hour", async () => {
  aws.violations = [violationOf(1)];
  aws.unregistered.add("thing-1");
  expect(await run()).toMatchObject({ violations: 1, queued: 0 });
  aws.failing.add("DescribeThingCommand");
  expect(await run()).toMatchObject({ violations: 1, queued: 0 });
});

test("a device that publishes on for a quarter of an hour is not contained, and told once", async () => {
  aws.members = ["loud"];
  aws.violations = [violationOf(1, "loud")];
  ledger.put("loud", { state: "quarantined", since: ago(16).toISOString(), containment: ["group"] });
  expect(await run()).toMatchObject({ cut: 0, corrected: 1, notContained: 1 });
  expect(await run()).toMatchObject({ cut: 0, corrected: 0, notContained: 1 });
  expect(told).toEqual([
    expect.objectContaining({ kind: "not-contained", thingName: "loud", violationId: "v-1" }),
  ]);
});

test("a thing that a late list of members lacks has not left", async () => {
  aws.groups = [{ groupName: "Quarantine" }];
  ledger.put("kept", { state: "quarantined", since: ago(10).toISOString(), containment: ["group"] });
  expect(await run()).toMatchObject({ corrected: 0 });
});

test("a thing whose quarantine is under way has not entered by hand", async () => {
  aws.members = ["entering"];
  ledger.put("entering", { begunAt: ago(1).getTime() });
  expect(await run()).toMatchObject({ corrected: 0 });
});

test("a release that is under way, or was cut off, is nobody's removal by hand", async () => {
  const releasedAt = ago(3).getTime();
  ledger.put("leaving", {
    state: "quarantined",
    since: ago(10).toISOString(),
    releasedAt,
    containment: ["group"],
  });
  expect(await run()).toMatchObject({ corrected: 0 });
});

test("things of a group that had another name are closed, and told to nobody", async () => {
  for (const name of ["a", "b"]) {
    const old = { groupName: "Old", containment: ["group"] };
    ledger.put(name, { state: "quarantined", since: ago(10).toISOString(), ...old });
  }
  expect(await run()).toMatchObject({ corrected: 2 });
  expect(told).toEqual([]);
  expect(ledger.corrections.map(({ reason }) => reason)).toEqual(
    ["a", "b"].map(() => "it was in thing group Old, and the stack's is Quarantine since"),
  );
});

test("a release that ends while a run goes on is no entry by hand, though the list of members is of before", async () => {
  aws.members = ["free"];
  aws.left.add("free");
  ledger.put("free", { state: "released", since: new Date().toISOString(), releasedAt: Date.now() });
  expect(await run()).toMatchObject({ corrected: 0 });
  expect(told).toEqual([]);
});

test("where the registry does not answer, no claim keeps alarms back for an hour", async () => {
  aws.violations = [violationOf(1), violationOf(2)];
  aws.failing.add("DescribeThingCommand");
  await expect(run()).rejects.toMatchObject({ name: "AccessDeniedException" });
  aws.failing.clear();
  expect(await run()).toMatchObject({ queued: 2 });
});

test("where the ledger does not take one claim, the others keep no alarm back for an hour", async () => {
  aws.violations = [violationOf(1), violationOf(2)];
  const { claim } = ledger;
  ledger.claim = async (what) =>
    what.endsWith("v-2") ? Promise.reject(new Error("throttled")) : claim(what);
  await expect(run()).rejects.toThrow("throttled");
  ledger.claim = claim;
  expect(await run()).toMatchObject({ queued: 2 });
});

describe("a release that was cut off, or overtaken by a new alarm", () => {
  const releasing = { state: "quarantined", containment: ["group"], since: ago(60).toISOString() };

  test("hides no device that is out of the group and violates since", async () => {
    ledger.put("thing-1", { ...releasing, releasedAt: ago(10).getTime() });
    aws.violations = [violationOf(1)];
    expect(await run()).toMatchObject({ queued: 1, corrected: 0 });
  });

  test("lets a violation of before rest", async () => {
    ledger.put("thing-1", { ...releasing, releasedAt: Date.now() });
    aws.violations = [violationOf(1)];
    expect(await run()).toMatchObject({ queued: 0, corrected: 0 });
  });

  test("hides nobody who was quarantined anew and then left the group", async () => {
    ledger.put("thing-1", { ...releasing, releasedAt: ago(10).getTime(), begunAt: ago(9).getTime() });
    expect(await run()).toMatchObject({ corrected: 1 });
    expect(told).toEqual([expect.objectContaining({ kind: "removed-by-hand", thingName: "thing-1" })]);
  });
});
