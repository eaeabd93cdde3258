import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { type ResourceHandler, tagMap, text } from "../handler";

/** Inputs that are attributes of the queue, by the API's names. */
const ATTRIBUTES = {
  messageRetentionSeconds: "MessageRetentionPeriod",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
  policy: "Policy",
  redrivePolicy: "RedrivePolicy",
} as const;

/** `aws:sqs/queue:Queue`. */
export const queue: ResourceHandler = {
  inputs: ["name", "tags", ...Object.keys(ATTRIBUTES)],
  computed: ["arn", "url", "tagsAll"],
  autoName: "name",
  async create(inputs, { clients }) {
    const attributes = Object.entries(ATTRIBUTES)
      .filter(([input]) => inputs[input] !== undefined)
      .map(([input, attribute]) => [attribute, String(inputs[input])]);
    const { QueueUrl } = await clients.sqs.send(
      new CreateQueueCommand({
        QueueName: text(inputs, "name"),
        Attributes: Object.fromEntries(attributes) as Record<string, string>,
        tags: tagMap(inputs),
      }),
    );
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    return {
      id: QueueUrl ?? "",
      outputs: { arn: Attributes?.QueueArn, url: QueueUrl, tagsAll: inputs.tags },
    };
  },
};

/** `aws:sqs/queuePolicy:QueuePolicy`. */
export const queuePolicy: ResourceHandler = {
  inputs: ["queueUrl", "policy"],
  computed: [],
  async create(inputs, { clients }) {
    const QueueUrl = text(inputs, "queueUrl");
    await clients.sqs.send(
      new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: text(inputs, "policy") } }),
    );
    return { id: QueueUrl, outputs: {} };
  },
};
