import * as sdk from "@aws-sdk/client-lambda";
import { type ResourceHandler, text } from "../handler";
import type { Properties } from "../property-values";
import { changeTags, liveTags, tagMap } from "./tags";

/** Source: AWS Lambda API Reference, "CreateEventSourceMapping", for queues. */
const DEFAULTS = {
  batchSize: 10,
  enabled: true,
  functionResponseTypes: [],
  maximumBatchingWindowInSeconds: 0,
};

interface Scaling {
  readonly maximumConcurrency?: number;
}

/** The settings of a mapping by the API's names; an absent one is its default, as the API keeps what it is not told. */
const settingsOf = (inputs: Properties) => ({
  FunctionName: text(inputs, "functionName"),
  BatchSize: (inputs.batchSize ?? DEFAULTS.batchSize) as number,
  Enabled: (inputs.enabled ?? DEFAULTS.enabled) as boolean,
  FunctionResponseTypes: (inputs.functionResponseTypes ?? []) as sdk.FunctionResponseType[],
  MaximumBatchingWindowInSeconds: (inputs.maximumBatchingWindowInSeconds ?? 0) as number,
  ScalingConfig: scalingOf(inputs.scalingConfig as Scaling | undefined),
});

const scalingOf = ({ maximumConcurrency }: Scaling = {}): sdk.ScalingConfig =>
  maximumConcurrency === undefined ? {} : { MaximumConcurrency: maximumConcurrency };

function liveInputs(found: sdk.EventSourceMappingConfiguration): Properties {
  const { FunctionResponseTypes = [], ScalingConfig: { MaximumConcurrency } = {} } = found;
  return {
    eventSourceArn: found.EventSourceArn,
    functionName: found.FunctionArn,
    batchSize: found.BatchSize,
    enabled: /^Enabl/.test(found.State ?? ""),
    functionResponseTypes: FunctionResponseTypes,
    maximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
    ...(MaximumConcurrency !== undefined && { scalingConfig: { maximumConcurrency: MaximumConcurrency } }),
  };
}

/**
 * `aws:lambda/eventSourceMapping:EventSourceMapping`, of a queue. The provider tells the function by its ARN, whatever
 * it was named by.
 *
 * Source: hashicorp/terraform-provider-aws, internal/service/lambda/event_source_mapping.go.
 */
export const eventSourceMapping: ResourceHandler = {
  inputs: ["eventSourceArn", "functionName", "scalingConfig", "tags", ...Object.keys(DEFAULTS)],
  nested: { scalingConfig: { maximumConcurrency: "anything" } },
  computedIfAbsent: { maximumRecordAgeInSeconds: 0, maximumRetryAttempts: 0, parallelizationFactor: 0 },
  computed: [
    ...["arn", "uuid", "functionArn", "state", "stateTransitionReason"],
    ...["lastModified", "lastProcessingResult", "tagsAll"],
  ],
  volatile: ["lastModified", "lastProcessingResult", "state", "stateTransitionReason"],
  createOnly: ["eventSourceArn"],
  defaults: DEFAULTS,
  unordered: ["functionResponseTypes"],
  async create(inputs, { clients }) {
    const { UUID = "" } = await clients.lambda.send(
      new sdk.CreateEventSourceMappingCommand({
        EventSourceArn: text(inputs, "eventSourceArn"),
        ...settingsOf(inputs),
        Tags: tagMap(inputs),
      }),
    );
    return UUID;
  },
  async read(id, known, { clients }) {
    const found = await clients.lambda.send(new sdk.GetEventSourceMappingCommand({ UUID: id }));
    const { EventSourceMappingArn: arn, FunctionArn = "" } = found;
    const { Tags } = await clients.lambda.send(new sdk.ListTagsCommand({ Resource: arn }));
    const { tags, tagsAll } = liveTags(Tags);
    // A name and the ARN that ends with it are the same to the provider.
    const isSame = FunctionArn.endsWith(`:function:${known.functionName}`);
    const named = isSame ? { functionName: known.functionName } : {};
    return {
      inputs: { ...liveInputs(found), ...named, tags },
      outputs: {
        arn,
        uuid: id,
        functionArn: FunctionArn,
        state: found.State,
        stateTransitionReason: found.StateTransitionReason,
        lastModified: found.LastModified?.toISOString(),
        lastProcessingResult: found.LastProcessingResult,
        tagsAll,
      },
    };
  },
  async update(change, { clients }) {
    const { id: UUID, inputs, changed } = change;
    if ([...changed].some((name) => name !== "tags")) {
      // As the provider: only what differs is told, so that a mapping which somebody else disabled stays so.
      const { Enabled, ...settings } = settingsOf(inputs);
      const enabled = changed.has("enabled") ? { Enabled } : {};
      await clients.lambda.send(new sdk.UpdateEventSourceMappingCommand({ UUID, ...settings, ...enabled }));
    }
    const found = await clients.lambda.send(new sdk.GetEventSourceMappingCommand({ UUID }));
    const Resource = found.EventSourceMappingArn;
    await changeTags(change, {
      untag: (TagKeys) => clients.lambda.send(new sdk.UntagResourceCommand({ Resource, TagKeys })),
      tag: () => clients.lambda.send(new sdk.TagResourceCommand({ Resource, Tags: tagMap(inputs) })),
    });
  },
  async delete(id, _known, { clients }) {
    await clients.lambda.send(new sdk.DeleteEventSourceMappingCommand({ UUID: id }));
  },
};
