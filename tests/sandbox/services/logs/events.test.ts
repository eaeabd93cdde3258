import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { logsService } from "../../../../sandbox/services/logs/service";
import { type LogLine, LogsStore } from "../../../../sandbox/services/logs/store";
import { type Served, serve } from "../../support/serve";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let served: Served;
let store: LogsStore;
let logs: CloudWatchLogsClient;
let now: number;

beforeEach(async () => {
  served = await serve((env) => {
    store = new LogsStore(env);
    return [logsService(store)];
  });
  logs = new CloudWatchLogsClient(served.client);
  now = served.environment.clock.now();
  store.append("g", "s", []);
});
afterEach(() => served.stop());

const line = (message: string, after = 0): LogLine => ({ timestamp: now + after, message });
const put = (logEvents: LogLine[], logStreamName = "s") =>
  logs.send(new PutLogEventsCommand({ logGroupName: "g", logStreamName, logEvents }));
const get = (input: Partial<GetLogEventsCommandInput> = {}) =>
  logs.send(new GetLogEventsCommand({ logGroupName: "g", logStreamName: "s", ...input }));
const filter = (input: Partial<FilterLogEventsCommandInput> = {}) =>
  logs.send(new FilterLogEventsCommand({ logGroupName: "g", ...input }));
const messages = (answer: { events?: { message?: string | undefined }[] | undefined }) =>
  answer.events?.map(({ message }) => message);

describe("PutLogEvents", () => {
  it("keeps the events with the time of their arrival", async () => {
    await served.environment.clock.advance(5000);
    await put([line("a"), line("b")]);
    expect((await get()).events).toEqual([
      { timestamp: now, message: "a", ingestionTime: now + 5000 },
      { timestamp: now, message: "b", ingestionTime: now + 5000 },
    ]);
  });

  it("leaves out what is too old or too far ahead, and says so", async () => {
    const { rejectedLogEventsInfo } = await put([
      line("ahead at the edge", 2 * HOUR_MS),
      line("ahead", 2 * HOUR_MS + 1),
    ]);
    expect(rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    const old = await put([line("old", -14 * DAY_MS - 1), line("old at the edge", -14 * DAY_MS)]);
    expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: "g", retentionInDays: 3 }));
    const expired = await put([line("expired", -3 * DAY_MS - 1), line("kept", -3 * DAY_MS)]);
    expect(expired.rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
    expect(messages(await get())).toEqual(["kept", "ahead at the edge"]);
    expect((await put([line("fine")])).rejectedLogEventsInfo).toBeUndefined();
  });

  it.each<[string, () => LogLine[], string]>([
    ["out of order", () => [line("a", 1), line("b")], "must be in chronological order"],
    ["over more than a day", () => [line("a", -DAY_MS), line("b", 1)], "cannot span more than 24 hours"],
    ["too large", () => [line("x".repeat(1_048_551))], "exceeds limit of 1048576"],
    ["without text", () => [line("")], "a message of at least one character"],
    ["empty", () => [], "greater than or equal to 1"],
    ["too many", () => Array.from({ length: 10_001 }, () => line("x")), "less than or equal to 10000"],
  ])("refuses a batch that is %s", async (_what, batch, message) => {
    await expect(put(batch())).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining(message),
    });
    expect(messages(await get())).toEqual([]);
  });

  it("needs a stream that is there", async () => {
    await expect(put([line("a")], "none")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "The specified log stream does not exist.",
    });
  });
});

describe("what a function wrote", () => {
  it("makes group and stream where they are not there, and goes on in them", () => {
    store.append("/aws/lambda/f", "first", [line("a")]);
    store.append("/aws/lambda/f", "second", [line("b")]);
    store.append("/aws/lambda/f", "first", [line("c")]);
    const group = store.group("/aws/lambda/f");
    expect([...group.streams.keys()]).toEqual(["first", "second"]);
    expect(store.events(group, group.streams.values()).map(({ message }) => message)).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("is gone when its retention is over", async () => {
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: "g", retentionInDays: 1 }));
    store.append("g", "s", [line("first"), line("second", 1)]);
    await served.environment.clock.advance(DAY_MS);
    expect(messages(await filter())).toEqual(["first", "second"]);
    await served.environment.clock.advance(1);
    expect(messages(await filter())).toEqual(["second"]);
  });
});

describe("GetLogEvents", () => {
  beforeEach(() => {
    store.append("g", "s", [line("c", 3), line("a", 1), line("b", 2), line("d", 3)]);
  });

  it("reads in order of time, from the end unless told otherwise", async () => {
    expect(messages(await get())).toEqual(["a", "b", "c", "d"]);
    expect(messages(await get({ limit: 2 }))).toEqual(["c", "d"]);
    expect(messages(await get({ limit: 2, startFromHead: true }))).toEqual(["a", "b"]);
    expect(messages(await get({ startTime: now + 2, endTime: now + 3 }))).toEqual(["b"]);
  });

  it("goes on and back page by page, and gives the same token at an end", async () => {
    const first = await get({ limit: 3, startFromHead: true });
    const next = await get({ limit: 3, nextToken: first.nextForwardToken });
    expect([messages(first), messages(next)]).toEqual([["a", "b", "c"], ["d"]]);
    const end = await get({ nextToken: next.nextForwardToken });
    expect(messages(end)).toEqual([]);
    expect(end.nextForwardToken).toBe(next.nextForwardToken);
    const back = await get({ limit: 2, nextToken: next.nextBackwardToken });
    expect(messages(back)).toEqual(["b", "c"]);
    store.append("g", "s", [line("late", 4)]);
    expect(messages(await get({ nextToken: end.nextForwardToken }))).toEqual(["late"]);
  });

  it("starts in an empty stream from where the first event will be", async () => {
    store.append("g", "empty", []);
    const { nextForwardToken, nextBackwardToken } = await get({ logStreamName: "empty" });
    store.append("g", "empty", [line("first")]);
    expect(messages(await get({ logStreamName: "empty", nextToken: nextForwardToken }))).toEqual(["first"]);
    expect(messages(await get({ logStreamName: "empty", nextToken: nextBackwardToken }))).toEqual([]);
  });

  it.each([
    [{ nextToken: "never" }, "InvalidParameterException"],
    [{ limit: 0 }, "InvalidParameterException"],
    [{ logStreamName: "none" }, "ResourceNotFoundException"],
    [{ logGroupName: "none" }, "ResourceNotFoundException"],
    [{ logGroupIdentifier: "g" }, "InvalidParameterException"],
  ])("refuses %j", async (input, name) => {
    await expect(get(input)).rejects.toMatchObject({ name });
  });

  it.each(["g", "arn:aws:logs:us-east-1:123456789012:log-group:g"])(
    "takes the identifier %s",
    async (identifier) => {
      const input = { logGroupIdentifier: identifier, logStreamName: "s" };
      expect(messages(await logs.send(new GetLogEventsCommand(input)))).toHaveLength(4);
    },
  );
});

describe("FilterLogEvents", () => {
  beforeEach(() => {
    store.append("g", "s1", [
      line('{"outcome":"quarantined","thing":"a"}', 1),
      line("START RequestId: 1", 3),
    ]);
    store.append("g", "s2", [line('{"outcome":"ignored","thing":"b"}', 2)]);
    store.append("g", "other", [line("ERROR timed out", 4)]);
  });

  it("finds in all streams in order of time, with the stream and an id of each", async () => {
    const { events, searchedLogStreams } = await filter();
    expect(events?.map(({ logStreamName }) => logStreamName)).toEqual(["s1", "s2", "s1", "other"]);
    expect(new Set(events?.map(({ eventId }) => eventId)).size).toBe(4);
    expect(events?.[0]).toMatchObject({ timestamp: now + 1, ingestionTime: now });
    expect(searchedLogStreams).toEqual([]);
  });

  it("keeps to streams and times", async () => {
    expect((await filter({ logStreamNamePrefix: "s" })).events).toHaveLength(3);
    expect((await filter({ logStreamNames: ["s2", "other"] })).events).toHaveLength(2);
    expect((await filter({ startTime: now + 2, endTime: now + 4 })).events).toHaveLength(2);
    await expect(filter({ logStreamNames: ["s"], logStreamNamePrefix: "s" })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it("gives page by page", async () => {
    const first = await filter({ limit: 3 });
    const rest = await filter({ limit: 3, nextToken: first.nextToken });
    expect([first.events?.length, rest.events?.length, rest.nextToken]).toEqual([3, 1, undefined]);
  });

  it.each([
    ["", 4],
    ["quarantined", 1],
    ["outcome thing", 2],
    ["outcome quarantined", 1],
    ['"timed out"', 1],
    ['"out timed"', 0],
    ['"\\"outcome\\":\\"ignored\\""', 1],
    ["-outcome", 2],
    ['outcome -"ignored"', 1],
    ["?quarantined ?ERROR", 2],
    ["?quarantined ?ERROR START", 1],
    ["nothing", 0],
  ])("finds by the terms %s: %i", async (filterPattern, count) => {
    expect((await filter({ filterPattern })).events).toHaveLength(count);
  });

  it.each(['{ $.outcome = "ignored" }', "[a, b]", "%ERROR.*%", '"open'])(
    "refuses the pattern %s, which it cannot read",
    async (filterPattern) => {
      await expect(filter({ filterPattern })).rejects.toMatchObject({ name: "InvalidParameterException" });
    },
  );
});
