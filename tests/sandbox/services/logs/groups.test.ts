import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { logsService } from "../../../../sandbox/services/logs/service";
import { LogsStore } from "../../../../sandbox/services/logs/store";
import { type Served, serve } from "../../support/serve";

const ARN = "arn:aws:logs:us-east-1:123456789012:log-group";

let served: Served;
let store: LogsStore;
let logs: CloudWatchLogsClient;

beforeEach(async () => {
  served = await serve((env) => {
    store = new LogsStore(env);
    return [logsService(store)];
  });
  logs = new CloudWatchLogsClient(served.client);
});
afterEach(() => served.stop());

const create = (logGroupName: string, tags?: Record<string, string>) =>
  logs.send(new CreateLogGroupCommand({ logGroupName, ...(tags && { tags }) }));
const describeGroups = async (logGroupNamePrefix?: string) =>
  (await logs.send(new DescribeLogGroupsCommand({ ...(logGroupNamePrefix && { logGroupNamePrefix }) })))
    .logGroups;

describe("a log group", () => {
  it("is made and shown as AWS shows it", async () => {
    await create("/aws/lambda/f");
    expect(await describeGroups()).toEqual([
      {
        logGroupName: "/aws/lambda/f",
        creationTime: served.environment.clock.now(),
        metricFilterCount: 0,
        arn: `${ARN}:/aws/lambda/f:*`,
        logGroupArn: `${ARN}:/aws/lambda/f`,
        storedBytes: 0,
        logGroupClass: "STANDARD",
      },
    ]);
    await expect(create("/aws/lambda/f")).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
  });

  it("keeps its key and class", async () => {
    const kmsKeyId = "arn:aws:kms:us-east-1:123456789012:key/k";
    await logs.send(
      new CreateLogGroupCommand({ logGroupName: "g", kmsKeyId, logGroupClass: "INFREQUENT_ACCESS" }),
    );
    expect(await describeGroups()).toMatchObject([{ kmsKeyId, logGroupClass: "INFREQUENT_ACCESS" }]);
  });

  it.each(["a b", "", "g".repeat(513)])("cannot be called %.10p", async (name) => {
    await expect(create(name)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining("at 'logGroupName' failed to satisfy constraint"),
    });
  });

  it("keeps events for the days that AWS knows, or for ever", async () => {
    await create("g");
    const put = (retentionInDays: number) =>
      logs.send(new PutRetentionPolicyCommand({ logGroupName: "g", retentionInDays }));
    await put(14);
    expect(await describeGroups()).toMatchObject([{ retentionInDays: 14 }]);
    await expect(put(15)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining("1, 3, 5, 7, 14, 30"),
    });
    await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: "g" }));
    expect((await describeGroups())?.[0]?.retentionInDays).toBeUndefined();
  });

  it("is listed by name, by the start of it, by a part of it, page by page", async () => {
    for (const name of ["/b/Two", "/a/one", "/b/three"]) await create(name);
    const names = (groups: Awaited<ReturnType<typeof describeGroups>>) =>
      groups?.map((group) => group.logGroupName);
    expect(names(await describeGroups())).toEqual(["/a/one", "/b/Two", "/b/three"]);
    expect(names(await describeGroups("/b/"))).toEqual(["/b/Two", "/b/three"]);
    const byPart = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: "tWO" }));
    expect(names(byPart.logGroups)).toEqual(["/b/Two"]);
    const first = await logs.send(new DescribeLogGroupsCommand({ limit: 2 }));
    const rest = await logs.send(new DescribeLogGroupsCommand({ limit: 2, nextToken: first.nextToken }));
    expect([names(first.logGroups), names(rest.logGroups)]).toEqual([["/a/one", "/b/Two"], ["/b/three"]]);
    expect(rest.nextToken).toBeUndefined();
    for (const input of [
      { limit: 51 },
      { nextToken: "never" },
      { logGroupNamePrefix: "a", logGroupNamePattern: "b" },
    ]) {
      await expect(logs.send(new DescribeLogGroupsCommand(input))).rejects.toMatchObject({
        name: "InvalidParameterException",
      });
    }
  });

  it("is deleted with all that is in it", async () => {
    store.append("g", "s", [{ timestamp: served.environment.clock.now(), message: "m" }]);
    await logs.send(new DeleteLogGroupCommand({ logGroupName: "g" }));
    expect(await describeGroups()).toEqual([]);
    await create("g");
    expect((await logs.send(new FilterLogEventsCommand({ logGroupName: "g" }))).events).toEqual([]);
    await expect(logs.send(new DeleteLogGroupCommand({ logGroupName: "none" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "The specified log group does not exist.",
    });
  });

  it("keeps its tags", async () => {
    await create("g", { a: "1" });
    await logs.send(new TagResourceCommand({ resourceArn: `${ARN}:g`, tags: { a: "2", b: "" } }));
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: `${ARN}:g` }));
    expect(tags).toEqual({ a: "2", b: "" });
    await logs.send(new UntagResourceCommand({ resourceArn: `${ARN}:g:*`, tagKeys: ["a", "none"] }));
    expect((await logs.send(new ListTagsLogGroupCommand({ logGroupName: "g" }))).tags).toEqual({ b: "" });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, ""]));
    await expect(
      logs.send(new TagResourceCommand({ resourceArn: `${ARN}:g`, tags: many })),
    ).rejects.toMatchObject({
      name: "TooManyTagsException",
    });
    await expect(
      logs.send(new TagResourceCommand({ resourceArn: `${ARN}:g`, tags: { "aws:k": "" } })),
    ).rejects.toMatchObject({ name: "InvalidParameterException" });
    await expect(logs.send(new ListTagsForResourceCommand({ resourceArn: "g" }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });
});

describe("a log stream", () => {
  const createStream = (logStreamName: string, logGroupName = "g") =>
    logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  beforeEach(() => create("g"));

  it("is made in a group that is there, once", async () => {
    await createStream("2030/01/02/[$LATEST]abc");
    await expect(createStream("2030/01/02/[$LATEST]abc")).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
    });
    await expect(createStream("s", "none")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(createStream("a:b")).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("is listed by name or by its last event, with its times", async () => {
    const now = served.environment.clock.now();
    for (const name of ["b", "a", "c"]) await createStream(name);
    store.append("g", "a", [
      { timestamp: now + 1000, message: "two" },
      { timestamp: now - 1000, message: "one" },
    ]);
    store.append("g", "b", [{ timestamp: now + 500, message: "x" }]);
    const list = async (input: object) =>
      (await logs.send(new DescribeLogStreamsCommand({ logGroupName: "g", ...input }))).logStreams;
    const names = async (input: object) => (await list(input))?.map((stream) => stream.logStreamName);
    expect(await names({})).toEqual(["a", "b", "c"]);
    expect(await names({ descending: true })).toEqual(["c", "b", "a"]);
    expect(await names({ orderBy: "LastEventTime", descending: true })).toEqual(["a", "b", "c"]);
    expect(await list({ logStreamNamePrefix: "a" })).toEqual([
      {
        logStreamName: "a",
        creationTime: now,
        firstEventTimestamp: now - 1000,
        lastEventTimestamp: now + 1000,
        lastIngestionTime: now,
        uploadSequenceToken: "unused",
        arn: `${ARN}:g:log-stream:a`,
        storedBytes: 58,
      },
    ]);
    expect(await describeGroups()).toMatchObject([{ storedBytes: 85 }]);
    await expect(list({ orderBy: "LastEventTime", logStreamNamePrefix: "a" })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });
});
