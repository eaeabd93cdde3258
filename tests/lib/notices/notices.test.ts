import { ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { tellDigest } from "../../../lib/notices/digest";
import { DETAIL_TYPES } from "../../../lib/notices/event";
import { NOTICE_KINDS } from "../../../lib/notices/notice";
import { makeNotices } from "../../../lib/notices/notices";
import { beginDigest } from "../../../lib/notices/untold";
import { MINUTE, NOON, noticeOf, type Setting, startSetting } from "./setting";

let setting: Setting;
beforeAll(async () => {
  setting = await startSetting();
});
afterAll(() => setting.stop());

/** Each test has a day, and so hours, of its own. */
let day = 0;
beforeEach(async () => {
  setting.at = NOON + ++day * 24 * 60 * MINUTE;
  setting.faults.clear();
  setting.failures.length = 0;
  await Promise.all([setting.messages(), setting.events()]);
});

const tell = (...notices: Parameters<ReturnType<typeof makeNotices>["tell"]>[0]) =>
  makeNotices(setting.args).tell(notices);
const digest = () => tellDigest(setting.args);
const waiting = async () =>
  ((await setting.dynamo.send(new ScanCommand({ TableName: "ledger" }))).Items ?? []).filter(
    ({ pk, keptAt }) => pk?.S === "untold" && keptAt,
  ).length;
const subjects = async () => (await setting.messages()).map(({ subject }) => subject);

test("a storm in overlapping invocations is one message at once, and then one digest", async () => {
  const notices = Array.from({ length: 60 }, (_none, n) => noticeOf(n));
  const batches = Array.from({ length: 6 }, (_none, n) => notices.slice(n * 10, n * 10 + 10));
  await Promise.all(batches.map((batch) => tell(...batch)));
  const [first, ...others] = await setting.messages();
  expect(others).toEqual([]);
  expect(first?.json).toMatchObject({ version: 1, stack: "dev", kind: "held", count: 10 });
  expect(await setting.events()).toHaveLength(60);
  expect(await waiting()).toBe(50);

  setting.at += 2 * MINUTE;
  // However many make it at a time.
  const counted = await Promise.all([digest(), digest(), digest()]);
  expect(counted.sort()).toEqual([0, 0, 50]);
  const [summary, ...more] = await setting.messages();
  expect(more).toEqual([]);
  expect(summary).toMatchObject({
    subject: "[iot-quarantine dev] 50 more, held",
    json: { kind: "digest", count: 50, counts: [{ kind: "held", behaviorName: "Sent", count: 50 }] },
  });
  expect(await waiting()).toBe(0);
  expect([await digest(), await subjects()]).toEqual([0, []]);
  expect(setting.failures).toEqual([]);
});

test("each kind and behavior has its own first message in an hour, one message a batch and kind", async () => {
  await tell(
    noticeOf(1),
    noticeOf(2, { behaviorName: "Received" }),
    noticeOf(3, { kind: "quarantined" }),
    noticeOf(4, { securityProfileName: "Q" }),
  );
  expect(await subjects()).toEqual([
    "[iot-quarantine dev] 3 alarms: held until somebody approves",
    "[iot-quarantine dev] dev-3: quarantined",
  ]);
  await tell(noticeOf(5), noticeOf(6, { kind: "quarantined" }));
  expect(await subjects()).toEqual([]);
  setting.at += 60 * MINUTE;
  await tell(noticeOf(7));
  expect(await subjects()).toEqual(["[iot-quarantine dev] dev-7: held until somebody approves"]);
  expect(await digest()).toBe(2);
});

test("each notice is an event of its kind, whose id is the same when it is told again", async () => {
  const notices = NOTICE_KINDS.map((kind, n) => noticeOf(n, { kind }));
  await tell(...notices);
  await tell(...notices);
  const events = await setting.events();
  expect(events.map((event) => event["detail-type"])).toEqual([
    ...Object.values(DETAIL_TYPES),
    ...Object.values(DETAIL_TYPES),
  ]);
  expect(new Set(events.map(({ source }) => source))).toEqual(new Set(["iot-quarantine"]));
  const ids = events.map(({ detail }) => (detail as { id: string }).id);
  expect(new Set(ids).size).toBe(NOTICE_KINDS.length);
  expect(ids.slice(0, ids.length / 2)).toEqual(ids.slice(ids.length / 2));
  setting.at += 2 * MINUTE;
  await digest();
});

test("what SNS does not take is told by the next digest that it takes", async () => {
  setting.faults.set("PublishCommand", new Error("down"));
  await tell(noticeOf(1));
  expect(setting.failures).toEqual(["message of held not sent; the next digest tells it: people: Error"]);
  setting.at += 2 * MINUTE;
  expect(await digest()).toBe(0);
  expect(await waiting()).toBe(1);
  setting.faults.clear();
  expect(await digest()).toBe(1);
  expect(await subjects()).toEqual(["[iot-quarantine dev] 1 more, held"]);
  expect(await waiting()).toBe(0);
});

test("events that EventBridge does not take, whole calls or single entries, are sent by the next digest", async () => {
  setting.faults.set("PutEventsCommand", new Error("down"));
  await tell(...Array.from({ length: 12 }, (_none, n) => noticeOf(n)));
  expect(setting.failures).toEqual([
    "10 events not sent; the next digest tries again: events: Error",
    "2 events not sent; the next digest tries again: events: Error",
  ]);
  setting.faults.clear();
  const half = {
    ...setting.args,
    events: {
      send: async (command: { readonly input: { readonly Entries: readonly object[] } }) => ({
        Entries: command.input.Entries.map((_entry, n) =>
          n % 2 ? { EventId: "e" } : { ErrorCode: "Throttled" },
        ),
      }),
    } as unknown as typeof setting.args.events,
  };
  setting.at += 2 * MINUTE;
  await tellDigest(half);
  expect(await waiting()).toBe(6);
  expect(setting.failures.slice(2)).toEqual([
    "5 events not sent; the next digest tries again: events: Throttled",
    "1 events not sent; the next digest tries again: events: Throttled",
  ]);
  await digest();
  expect(await setting.events()).toHaveLength(6);
  expect(await waiting()).toBe(0);
});

test("with the ledger down nobody is told at once, a storm stays none of messages, and the loss is said", async () => {
  setting.faults.set("PutItemCommand", new Error("down"));
  await tell(noticeOf(1), noticeOf(2));
  expect(await subjects()).toEqual([]);
  expect(await setting.events()).toHaveLength(2);
  expect(setting.failures).toEqual([
    "held not told at once: ledger: Error",
    "2 notices LOST, told to nobody: ledger: Error",
  ]);
});

test("what a digest told and could not forget is told again, and what it did not tell is not forgotten", async () => {
  await tell(noticeOf(1));
  await tell(noticeOf(2));
  await setting.messages();
  setting.at += 2 * MINUTE;
  setting.faults.set("DeleteItemCommand", new Error("down"));
  expect(await digest()).toBe(0);
  expect(setting.failures).toEqual(["digest not complete, the next one tries again: ledger: Error"]);
  setting.faults.clear();
  expect(await digest()).toBe(1);
  expect(await subjects()).toHaveLength(2);
});

test("a digest that was ended in the middle stands in the way of others for two minutes", async () => {
  await tell(noticeOf(1));
  await tell(noticeOf(2));
  setting.at += 2 * MINUTE;
  // Its process is gone before it could give its turn back.
  await setting.dynamo.send(new UpdateItemCommand(beginDigest("ledger", setting.at)));
  expect(await digest()).toBe(0);
  setting.at += 2 * MINUTE;
  expect(await digest()).toBe(1);
});

test("what was told a moment ago is left to the next digest: its message may be on its way", async () => {
  await tell(noticeOf(1));
  await tell(noticeOf(2));
  expect(await digest()).toBe(0);
  setting.at += MINUTE;
  expect(await digest()).toBe(1);
});

test("nothing to tell is no call", async () => {
  for (const command of ["PutItemCommand", "PublishCommand", "PutEventsCommand"]) {
    setting.faults.set(command, new Error("called"));
  }
  await tell();
  expect(setting.failures).toEqual([]);
});
