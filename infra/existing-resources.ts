import { regionalArn } from "../lib/aws/arns";
import { type AwsSession, type HookAccess, openSession } from "./aws-session";

/** Tags of a resource, by key. */
export type Tags = Readonly<Record<string, string>>;

/**
 * Looks for a resource by its name.
 *
 * @returns its tags; nothing when there is none of that name.
 * @throws whatever AWS answers but that.
 */
type Find = (name: string) => Promise<Tags | undefined>;

/** Looks for resources by their names. */
export interface ExistingResources {
  readonly thingGroup: Find;
  readonly topic: Find;
  readonly queue: Find;
  readonly securityProfile: Find;
}

/**
 * Looks for resources where the `aws` provider would make them. AWS is asked for its credentials once, and at the first
 * question; each SDK is loaded then, as hardly any run needs it.
 */
export function existingResources(access: HookAccess): ExistingResources {
  let opened: Promise<AwsSession> | undefined;
  const session = () => {
    opened ??= openSession(access);
    return opened;
  };
  return {
    thingGroup: async (name) => findThingGroup(name, await session()),
    topic: async (name) => findTopic(regionalArn(access.scope, "sns", name), await session()),
    queue: async (name) => findQueue(name, await session()),
    securityProfile: async (name) => findProfile(name, await session()),
  };
}

const tagsOf = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
) => Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));

/** What a search answers: nothing when it fails with the error by which a service says that there is no such thing. */
async function unless(errorName: string, search: () => Promise<Tags>): Promise<Tags | undefined> {
  try {
    return await search();
  } catch (error) {
    if ((error as Error).name === errorName) return undefined;
    throw error;
  }
}

/** Source: AWS IoT API Reference, "DescribeThingGroup", "ListTagsForResource". */
async function findThingGroup(thingGroupName: string, session: AwsSession) {
  const { DescribeThingGroupCommand, IoTClient, ListTagsForResourceCommand } = await import(
    "@aws-sdk/client-iot"
  );
  const client = new IoTClient(session);
  return unless("ResourceNotFoundException", async () => {
    const { thingGroupArn } = await client.send(new DescribeThingGroupCommand({ thingGroupName }));
    return tagsOf((await client.send(new ListTagsForResourceCommand({ resourceArn: thingGroupArn }))).tags);
  }).finally(() => client.destroy());
}

/** Source: AWS IoT API Reference, "DescribeSecurityProfile", "ListTagsForResource". */
async function findProfile(securityProfileName: string, session: AwsSession) {
  const { DescribeSecurityProfileCommand, IoTClient, ListTagsForResourceCommand } = await import(
    "@aws-sdk/client-iot"
  );
  const client = new IoTClient(session);
  return unless("ResourceNotFoundException", async () => {
    const found = await client.send(new DescribeSecurityProfileCommand({ securityProfileName }));
    const resourceArn = found.securityProfileArn;
    return tagsOf((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags);
  }).finally(() => client.destroy());
}

/** Source: Amazon SNS API Reference, "GetTopicAttributes" (error NotFound), "ListTagsForResource". */
async function findTopic(TopicArn: string, session: AwsSession) {
  const { GetTopicAttributesCommand, ListTagsForResourceCommand, SNSClient } = await import(
    "@aws-sdk/client-sns"
  );
  const client = new SNSClient(session);
  return unless("NotFoundException", async () => {
    await client.send(new GetTopicAttributesCommand({ TopicArn }));
    return tagsOf((await client.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags);
  }).finally(() => client.destroy());
}

/** Source: Amazon SQS API Reference, "GetQueueUrl" (error QueueDoesNotExist), "ListQueueTags". */
async function findQueue(QueueName: string, session: AwsSession) {
  const { GetQueueUrlCommand, ListQueueTagsCommand, SQSClient } = await import("@aws-sdk/client-sqs");
  const client = new SQSClient(session);
  return unless("QueueDoesNotExist", async () => {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
    return (await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags ?? {};
  }).finally(() => client.destroy());
}
