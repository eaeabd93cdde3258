import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import type { Queue } from "../../../../sandbox/services/sqs/queue";
import { sqsService } from "../../../../sandbox/services/sqs/service";
import { SqsStore } from "../../../../sandbox/services/sqs/store";
import { type Served, serve } from "../../support/serve";
import { FakeAuthorizer } from "./fake-authorizer";

const arnOf = (name: string) => `arn:aws:sqs:us-east-1:123456789012:${name}`;

let served: Served;
let client: SQSClient;
let sqs: SqsStore;
let authorizer: FakeAuthorizer;
let alarms: Queue;
let letters: Queue;

beforeEach(async () => {
  authorizer = new FakeAuthorizer();
  served = await serve((env) => {
    sqs = new SqsStore(env, authorizer);
    return [sqsService(sqs)];
  });
  client = new SQSClient(served.client);
  letters = sqs.create("letters", {});
  alarms = sqs.create("alarms", {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("letters"), maxReceiveCount: 1 }),
  });
});
afterEach(async () => {
  client.destroy();
  await served.stop();
});

const now = () => served.environment.clock.now();
const advance = (seconds: number) => served.environment.clock.advance(seconds * 1000);

/** Messages that SQS itself moved to the dead letters. */
function dead(...bodies: string[]): void {
  for (const body of bodies) alarms.send({ body, attributes: {}, senderId: "sns.amazonaws.com" }, now());
  alarms.receive(bodies.length, 0, now());
  alarms.receive(bodies.length, 0, now(), letters);
}
const undelivered = (MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl: sqs.urlOf(letters), MessageBody }));
const start = (input: object = {}) =>
  client.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf("letters"), ...input }));
const list = async (MaxResults?: number) =>
  (await client.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf("letters"), MaxResults }))).Results;
const bodies = (queue: Queue) => queue.visible(now()).map(({ body }) => body);

test("whoever starts a task is asked whether they may take from the one queue and send to the other", async () => {
  dead("a");
  await start();
  await advance(0);
  expect(authorizer.asked.map(({ action, resource }) => `${action} ${resource.split(":").at(-1)}`)).toEqual([
    "sqs:StartMessageMoveTask letters",
    "sqs:ReceiveMessage letters",
    "sqs:DeleteMessage letters",
    "sqs:GetQueueAttributes letters",
    "sqs:SendMessage alarms",
  ]);
});

test("messages go back to the queue that they came from, in their order, as new ones", async () => {
  dead("a", "b");
  await advance(60);
  const { TaskHandle } = await start();
  expect(await list()).toMatchObject([{ TaskHandle, Status: "RUNNING" }]);
  await advance(0);
  expect([bodies(letters), bodies(alarms)]).toEqual([[], ["a", "b"]]);
  expect(alarms.visible(now()).map(({ receiveCount, sentAt }) => [receiveCount, sentAt])).toEqual([
    [0, now()],
    [0, now()],
  ]);
  // Its handle is of use no more.
  expect(await list()).toEqual([
    {
      Status: "COMPLETED",
      SourceArn: arnOf("letters"),
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 2,
      StartedTimestamp: now(),
    },
  ]);
});

test("what SQS did not move itself stops a task without a destination, and goes with one that has it", async () => {
  dead("a");
  await undelivered("from SNS");
  dead("b");
  await start();
  await advance(0);
  expect([bodies(letters), bodies(alarms)]).toEqual([["from SNS", "b"], ["a"]]);
  expect(await list()).toMatchObject([{ Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource" }]);
  await start({ DestinationArn: arnOf("alarms") });
  await advance(0);
  expect([bodies(letters), bodies(alarms)]).toEqual([[], ["a", "from SNS", "b"]]);
  expect(await list(2)).toMatchObject([
    { Status: "COMPLETED", DestinationArn: arnOf("alarms"), ApproximateNumberOfMessagesMoved: 2 },
    { Status: "FAILED", ApproximateNumberOfMessagesMoved: 1 },
  ]);
});

test("a rate is kept, and a task that is cancelled leaves the rest", async () => {
  dead("a", "b", "c", "d", "e");
  const { TaskHandle } = await start({ MaxNumberOfMessagesPerSecond: 2 });
  await advance(1);
  expect(bodies(alarms)).toEqual(["a", "b", "c", "d"]);
  const cancel = () => client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  expect(await cancel()).toMatchObject({ ApproximateNumberOfMessagesMoved: 4 });
  await advance(60);
  expect(bodies(letters)).toEqual(["e"]);
  expect(await list()).toMatchObject([{ Status: "CANCELLED", MaxNumberOfMessagesPerSecond: 2 }]);
  await expect(cancel()).rejects.toMatchObject({ name: "InvalidParameterValue" });
});

test("a message that is hidden stays", async () => {
  dead("a", "b");
  letters.receive(1, 600, now());
  await start();
  await advance(1);
  expect([letters.counts(now()).inFlight, bodies(alarms)]).toEqual([1, ["b"]]);
  expect(await list()).toMatchObject([{ Status: "COMPLETED" }]);
});

test("a task fails where its destination is gone", async () => {
  dead("a");
  sqs.create("other", {});
  await start({ DestinationArn: arnOf("other") });
  sqs.delete(sqs.named("other") as Queue);
  await advance(0);
  expect(await list()).toMatchObject([
    { Status: "FAILED", FailureReason: "AWS.SimpleQueueService.NonExistentQueue" },
  ]);
  expect(bodies(letters)).toEqual(["a"]);
});

test.each<[string, object, object]>([
  [
    "a queue that is nobody's dead-letter queue",
    { SourceArn: arnOf("alarms") },
    { name: "InvalidParameterValue" },
  ],
  ["a queue that is not there", { SourceArn: arnOf("none") }, { name: "ResourceNotFoundException" }],
  [
    "a destination that is not there",
    { DestinationArn: arnOf("none") },
    { name: "ResourceNotFoundException" },
  ],
  [
    "more messages a second than there can be",
    { MaxNumberOfMessagesPerSecond: 501 },
    { name: "InvalidParameterValue" },
  ],
])("no task is started for %s", async (_what, input, error) => {
  await expect(start(input)).rejects.toMatchObject(error);
  expect(await list()).toEqual([]);
});

test("a queue has one task at a time, and another one after that", async () => {
  dead("a");
  await start();
  await expect(start()).rejects.toThrow(
    "Only one active task is allowed for a source queue arn at a given time.",
  );
  await advance(0);
  await start();
  expect(await list(10)).toHaveLength(2);
  await expect(list(11)).rejects.toMatchObject({ name: "InvalidParameterValue" });
});

test("a handle that is none is refused", async () => {
  const cancel = (TaskHandle: string) => client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  await expect(cancel("?")).rejects.toThrow("Value for parameter TaskHandle is invalid.");
  const stranger = Buffer.from(JSON.stringify({ sourceArn: arnOf("letters") })).toString("base64");
  await expect(cancel(stranger)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});
