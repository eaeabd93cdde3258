import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteQueueCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { type Assumption, verdictOf } from "../assumption";
import type { Bench } from "../bench";

const OTHER_TAG = { Key: "other", Value: "tag" };

const arnOf = ({ account }: Bench, service: string, name: string) =>
  `arn:${account.partition}:${service}:${account.region}:${account.id}:${name}`;

async function topic(bench: Bench, role: string): Promise<string> {
  const { sns } = bench.clients;
  const Name = bench.name(role);
  const TopicArn = arnOf(bench, "sns", Name);
  bench.removeLater(`topic ${Name}`, () => sns.send(new DeleteTopicCommand({ TopicArn })));
  await sns.send(new CreateTopicCommand({ Name, Tags: bench.tags }));
  return Name;
}

async function queue(bench: Bench, role: string): Promise<string> {
  const { sqs } = bench.clients;
  const QueueName = bench.name(role);
  bench.removeLater(`queue ${QueueName}`, async () => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  });
  await sqs.send(new CreateQueueCommand({ QueueName, tags: bench.tagMap }));
  return QueueName;
}

async function createTopicWithOtherTags(bench: Bench): Promise<string> {
  const Name = await topic(bench, "tags");
  const Tags = [...bench.tags, OTHER_TAG];
  return verdictOf(bench.clients.sns.send(new CreateTopicCommand({ Name, Tags })));
}

async function createQueueWithOtherTags(bench: Bench): Promise<string> {
  const QueueName = await queue(bench, "tags");
  const tags = { ...bench.tagMap, [OTHER_TAG.Key]: OTHER_TAG.Value };
  return verdictOf(bench.clients.sqs.send(new CreateQueueCommand({ QueueName, tags })));
}

async function takeFilterAway(bench: Bench): Promise<string> {
  const { sns } = bench.clients;
  const TopicArn = arnOf(bench, "sns", await topic(bench, "filter"));
  const Endpoint = arnOf(bench, "sqs", await queue(bench, "filter"));
  // A subscription goes with its topic.
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint,
      ReturnSubscriptionArn: true,
      Attributes: { FilterPolicy: '{"a":["b"]}' },
    }),
  );
  await sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn,
      AttributeName: "FilterPolicy",
      AttributeValue: "{}",
    }),
  );
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  return Attributes?.FilterPolicy ?? "absent";
}

/** Of topics, their subscriptions, and queues. */
export const MESSAGES: readonly Assumption[] = [
  {
    name: "a topic that is created again with other tags",
    fact: "Creating a topic again succeeds with the same attributes and tags",
    expected: "refused: InvalidParameterException",
    attempt: createTopicWithOtherTags,
  },
  {
    name: "a queue that is created again with other tags",
    fact: "Creating an equal queue again succeeds",
    expected: "refused: QueueNameExists",
    attempt: createQueueWithOtherTags,
  },
  {
    name: "what is told of a filter policy that is taken away",
    fact: "`{}` takes a subscription's filter policy away",
    expected: "{}",
    attempt: takeFilterAway,
  },
];
