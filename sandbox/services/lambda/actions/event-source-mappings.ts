import type * as sdk from "@aws-sdk/client-lambda";
import { checkConstraints } from "../../../wire/constraints";
import type { Call } from "../../../wire/service";
import { principalName, principalOf } from "../../iam/principal-of";
import { accessDenied, invalidInput, invalidParameterValue, resourceConflict } from "../errors";
import type { EventSourceMapping, MappingSettings } from "../event-source-mapping";
import type { LambdaFunction } from "../function";
import { lambdaPage } from "../page";
import type { LambdaStore } from "../store";

/** Source: the API model of AWS Lambda (2015-03-31); for a queue, Developer Guide, "Creating an SQS event source mapping". */
const CONSTRAINTS = {
  BatchSize: { min: 1, max: 10_000 },
  MaximumBatchingWindowInSeconds: { min: 0, max: 300 },
};
const CONCURRENCY = { MaximumConcurrency: { min: 2, max: 1000 } };
/** A batch of more than ten messages of a standard queue needs a window. */
const BATCH_WITHOUT_WINDOW = 10;

/** What a mapping answers in the state that it is in, or on its way to. */
function render(lambda: LambdaStore, mapping: EventSourceMapping, state?: string) {
  const { settings } = mapping;
  return {
    UUID: mapping.id,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.queueArn,
    FunctionArn: lambda.functions.arnOf(mapping.functionName),
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.windowSeconds,
    LastModified: mapping.modifiedAt,
    LastProcessingResult: mapping.lastResult,
    State: state ?? (settings.enabled ? "Enabled" : "Disabled"),
    StateTransitionReason: "USER_INITIATED",
    FunctionResponseTypes: settings.reportsItemFailures ? ["ReportBatchItemFailures"] : [],
    ...(settings.maximumConcurrency !== undefined && {
      ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency },
    }),
  } satisfies sdk.EventSourceMappingConfiguration;
}

function settingsOf(
  input: sdk.CreateEventSourceMappingRequest | sdk.UpdateEventSourceMappingRequest,
  current: MappingSettings,
): MappingSettings {
  checkConstraints(input, CONSTRAINTS, invalidInput);
  checkConstraints(input.ScalingConfig ?? {}, CONCURRENCY, invalidInput);
  if ((input.FilterCriteria?.Filters ?? []).length > 0) {
    throw invalidParameterValue("The sandbox does not filter the messages of an event source mapping.");
  }
  const { FunctionResponseTypes, ScalingConfig } = input;
  const settings = {
    enabled: input.Enabled ?? current.enabled,
    batchSize: input.BatchSize ?? current.batchSize,
    windowSeconds: input.MaximumBatchingWindowInSeconds ?? current.windowSeconds,
    maximumConcurrency: ScalingConfig ? ScalingConfig.MaximumConcurrency : current.maximumConcurrency,
    reportsItemFailures: FunctionResponseTypes
      ? FunctionResponseTypes.includes("ReportBatchItemFailures")
      : current.reportsItemFailures,
  };
  if (settings.batchSize > BATCH_WITHOUT_WINDOW && settings.windowSeconds === 0) {
    throw invalidParameterValue(
      `Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than ${BATCH_WITHOUT_WINDOW}`,
    );
  }
  return settings;
}

/** Lambda looks at queue and role when a mapping is made, in words that public reports quote. */
function checkSource(lambda: LambdaStore, queueArn: string, lambdaFunction: LambdaFunction): void {
  const queue = lambda.queueOf(queueArn);
  for (const action of ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]) {
    if (queue && lambda.mayUse(lambdaFunction, `sqs:${action}`, queue)) continue;
    const what = queue ? `${action} on SQS` : "ReceiveMessage on SQS";
    throw invalidParameterValue(
      `The provided execution role does not have permissions to call ${what}${queue ? "" : ` (${queueArn} does not exist)`}`,
    );
  }
  const [visibility, timeout] = [queue?.setting("VisibilityTimeout") ?? 0, lambdaFunction.settings.timeout];
  if (visibility < timeout) {
    throw invalidParameterValue(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
    );
  }
}

const DEFAULTS: MappingSettings = {
  enabled: true,
  batchSize: 10,
  windowSeconds: 0,
  maximumConcurrency: undefined,
  reportsItemFailures: false,
};

/** CreateEventSourceMapping, of SQS queues. */
export function createEventSourceMapping(
  lambda: LambdaStore,
  input: sdk.CreateEventSourceMappingRequest,
): sdk.EventSourceMappingConfiguration {
  const lambdaFunction = lambda.functions.get(input.FunctionName);
  const queueArn = input.EventSourceArn ?? "";
  if (!queueArn.includes(":sqs:")) {
    throw invalidParameterValue(`The sandbox takes SQS queues as event sources only; it is ${queueArn}.`);
  }
  const settings = settingsOf(input, DEFAULTS);
  checkSource(lambda, queueArn, lambdaFunction);
  const twin = lambda.mappings.all.find(
    (mapping) => mapping.queueArn === queueArn && mapping.functionName === lambdaFunction.name,
  );
  if (twin) {
    throw resourceConflict(
      `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${lambdaFunction.name} ") already exists. Please update or delete the existing mapping with UUID ${twin.id}`,
    );
  }
  const mapping = lambda.mappings.create(queueArn, lambdaFunction.name, settings);
  for (const [key, value] of Object.entries(input.Tags ?? {})) mapping.tags.set(key, value);
  return render(lambda, mapping, "Creating");
}

/**
 * A mapping for a caller's action on it, with what is known of it beside its ARN.
 *
 * Source: Service Authorization Reference, "AWS Lambda", condition key `lambda:FunctionArn`, which `UpdateEventSourceMapping`
 * has and `GetEventSourceMapping` has not.
 *
 * @throws AwsError - `AccessDeniedException` when a policy refuses.
 */
function open(
  lambda: LambdaStore,
  uuid: string | undefined,
  action: "lambda:GetEventSourceMapping" | "lambda:UpdateEventSourceMapping",
  { caller }: Call,
): EventSourceMapping {
  const mapping = lambda.mappings.get(uuid);
  const principal = principalOf(caller, lambda.env);
  const isUpdate = action === "lambda:UpdateEventSourceMapping";
  const context = isUpdate ? { "lambda:FunctionArn": lambda.functions.arnOf(mapping.functionName) } : {};
  if (lambda.isAllowed({ principal, action, resource: mapping.arn, context })) return mapping;
  throw accessDenied(principalName(principal, lambda.env), action, mapping.arn);
}

/** GetEventSourceMapping. */
export const getEventSourceMapping = (
  lambda: LambdaStore,
  input: sdk.GetEventSourceMappingRequest,
  call: Call,
): sdk.EventSourceMappingConfiguration =>
  render(lambda, open(lambda, input.UUID, "lambda:GetEventSourceMapping", call));

/** ListEventSourceMappings: of a queue, of a function, or all. */
export function listEventSourceMappings(
  lambda: LambdaStore,
  input: sdk.ListEventSourceMappingsRequest,
): sdk.ListEventSourceMappingsResponse {
  const name = input.FunctionName === undefined ? undefined : lambda.functions.nameOf(input.FunctionName);
  const found = lambda.mappings.all.filter(
    ({ queueArn, functionName }) =>
      queueArn === (input.EventSourceArn ?? queueArn) && functionName === (name ?? functionName),
  );
  const { items, nextToken: NextMarker } = lambdaPage(found, input, 100);
  const EventSourceMappings = items.map((mapping) => render(lambda, mapping));
  return { EventSourceMappings, NextMarker };
}

/** UpdateEventSourceMapping: what is not given stays. */
export function updateEventSourceMapping(
  lambda: LambdaStore,
  input: sdk.UpdateEventSourceMappingRequest,
  call: Call,
): sdk.EventSourceMappingConfiguration {
  const mapping = open(lambda, input.UUID, "lambda:UpdateEventSourceMapping", call);
  const name =
    input.FunctionName === undefined ? mapping.functionName : lambda.functions.get(input.FunctionName).name;
  const before = mapping.settings.enabled;
  lambda.mappings.update(mapping, name, settingsOf(input, mapping.settings));
  const { enabled } = mapping.settings;
  const state = enabled === before ? "Updating" : enabled ? "Enabling" : "Disabling";
  return render(lambda, mapping, state);
}

/** DeleteEventSourceMapping. */
export const deleteEventSourceMapping = (lambda: LambdaStore, input: sdk.DeleteEventSourceMappingRequest) =>
  render(lambda, lambda.mappings.delete(input.UUID), "Deleting");
