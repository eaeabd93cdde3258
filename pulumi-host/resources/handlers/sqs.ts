import * as sdk from "@aws-sdk/client-sqs";
import { type ResourceHandler, text } from "../handler";
import { type AttributeNames, attributesFrom, inputsFrom } from "./attributes";
import { changeTags, liveTags, tagMap } from "./tags";

const ATTRIBUTES = {
  delaySeconds: "DelaySeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  messageRetentionSeconds: "MessageRetentionPeriod",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  policy: "Policy",
  redrivePolicy: "RedrivePolicy",
} satisfies AttributeNames;

/** Source: Amazon SQS API Reference, "CreateQueue", request parameter `Attributes`. */
const DEFAULTS = {
  delaySeconds: 0,
  kmsMasterKeyId: "",
  receiveWaitTimeSeconds: 0,
  messageRetentionSeconds: 345_600,
  sqsManagedSseEnabled: true,
  visibilityTimeoutSeconds: 30,
  policy: "",
  redrivePolicy: "",
};

const queueAttributes = async (sqs: sdk.SQSClient, QueueUrl: string) =>
  (await sqs.send(new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))).Attributes;

/** `aws:sqs/queue:Queue`. */
export const queue: ResourceHandler = {
  inputs: ["name", "tags", ...Object.keys(ATTRIBUTES)],
  computedIfAbsent: {
    policy: "",
    redrivePolicy: "",
    redriveAllowPolicy: "",
    sqsManagedSseEnabled: DEFAULTS.sqsManagedSseEnabled,
    kmsDataKeyReusePeriodSeconds: 300,
    deduplicationScope: "",
    fifoThroughputLimit: "",
    namePrefix: "",
  },
  computed: ["arn", "url", "tagsAll"],
  autoName: "name",
  createOnly: ["name"],
  defaults: DEFAULTS,
  async create(inputs, { clients }) {
    const { QueueUrl = "" } = await clients.sqs.send(
      new sdk.CreateQueueCommand({
        QueueName: text(inputs, "name"),
        Attributes: attributesFrom(ATTRIBUTES, inputs),
        tags: tagMap(inputs),
      }),
    );
    return QueueUrl;
  },
  async read(id, _known, { clients }) {
    const attributes = await queueAttributes(clients.sqs, id);
    if (!attributes) return undefined;
    const { Tags } = await clients.sqs.send(new sdk.ListQueueTagsCommand({ QueueUrl: id }));
    const { tags, tagsAll } = liveTags(Tags);
    return {
      inputs: { name: id.split("/").at(-1), ...inputsFrom(ATTRIBUTES, DEFAULTS, attributes), tags },
      outputs: {
        arn: attributes.QueueArn,
        url: id,
        redriveAllowPolicy: attributes.RedriveAllowPolicy,
        tagsAll,
      },
    };
  },
  async update(change, { clients }) {
    const { id: QueueUrl, inputs, changed } = change;
    const settings = Object.keys(ATTRIBUTES).filter((input) => changed.has(input));
    if (settings.length > 0) {
      const wanted = Object.fromEntries(
        settings.map((input) => [input, inputs[input] ?? DEFAULTS[input as keyof typeof DEFAULTS]]),
      );
      const Attributes = attributesFrom(ATTRIBUTES, wanted);
      await clients.sqs.send(new sdk.SetQueueAttributesCommand({ QueueUrl, Attributes }));
    }
    await changeTags(change, {
      untag: (TagKeys) => clients.sqs.send(new sdk.UntagQueueCommand({ QueueUrl, TagKeys })),
      tag: () => clients.sqs.send(new sdk.TagQueueCommand({ QueueUrl, Tags: tagMap(inputs) })),
    });
  },
  async delete(id, _known, { clients }) {
    await clients.sqs.send(new sdk.DeleteQueueCommand({ QueueUrl: id }));
  },
};

const setQueuePolicy = (sqs: sdk.SQSClient, QueueUrl: string, Policy: string) =>
  sqs.send(new sdk.SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));

/** `aws:sqs/queuePolicy:QueuePolicy`. */
export const queuePolicy: ResourceHandler = {
  inputs: ["queueUrl", "policy"],
  computed: [],
  createOnly: ["queueUrl"],
  async create(inputs, { clients }) {
    await setQueuePolicy(clients.sqs, text(inputs, "queueUrl"), text(inputs, "policy"));
    return text(inputs, "queueUrl");
  },
  async read(id, _known, { clients }) {
    const attributes = await queueAttributes(clients.sqs, id);
    if (!attributes?.Policy) return undefined;
    return { inputs: { queueUrl: id, policy: attributes.Policy }, outputs: {} };
  },
  async update({ id, inputs }, { clients }) {
    await setQueuePolicy(clients.sqs, id, text(inputs, "policy"));
  },
  async delete(id, _known, { clients }) {
    await setQueuePolicy(clients.sqs, id, "");
  },
};
