import type * as sdk from "@aws-sdk/client-sns";
import { AwsError } from "../../../wire/aws-error";
import { runBatch } from "../../../wire/batch";
import type { Call } from "../../../wire/service";
import { principalOf } from "../../iam/principal-of";
import { invalidParameter } from "../errors";
import { MAX_MESSAGE_BYTES, type SnsStore, sizeOfMessage } from "../store";

function publishTo(
  sns: SnsStore,
  topicArn: string,
  input: sdk.PublishInput | sdk.PublishBatchRequestEntry,
  { caller }: Call,
): { MessageId: string } {
  if (input.MessageStructure !== undefined && input.MessageStructure !== "json") {
    throw invalidParameter("MessageStructure");
  }
  return {
    MessageId: sns.publish({
      topicArn,
      message: input.Message ?? "",
      principal: principalOf(caller, sns.env),
      subject: input.Subject,
      isStructured: input.MessageStructure === "json",
      attributes: input.MessageAttributes,
    }),
  };
}

/** Publish: to a topic; the sandbox sends nothing to phones. */
export function publish(sns: SnsStore, input: sdk.PublishInput, call: Call): sdk.PublishResponse {
  if (input.PhoneNumber !== undefined) throw invalidParameter("PhoneNumber: the sandbox sends no SMS");
  const topicArn = input.TopicArn ?? input.TargetArn;
  if (topicArn === undefined) {
    throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
  }
  return publishTo(sns, topicArn, input, call);
}

/** What is wrong with a batch as such. Source: Amazon SNS API Reference, "PublishBatch", section "Errors". */
const BATCH_FAULTS: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: "Two or more batch entries in the request have the same Id.",
  BatchRequestTooLong: "The length of all the batch messages put together is more than the limit.",
  EmptyBatchRequest: "The batch request doesn't contain any entries.",
  InvalidBatchEntryId: "The Id of a batch entry in a batch request doesn't abide by the specification.",
  TooManyEntriesInBatchRequest: "The batch request contains more entries than permissible.",
};

const batchFault = (code: string) => new AwsError(`${code}Exception`, 400, BATCH_FAULTS[code] ?? code);

/** PublishBatch: at most 10 messages, together no larger than one may be. */
export function publishBatch(sns: SnsStore, input: sdk.PublishBatchInput, call: Call) {
  const { TopicArn = "", PublishBatchRequestEntries: entries = [] } = input;
  sns.openForPublishing(TopicArn, principalOf(call.caller, sns.env));
  const total = entries.reduce(
    (sum, { Message = "", MessageAttributes = {} }) => sum + sizeOfMessage(Message, MessageAttributes),
    0,
  );
  if (total > MAX_MESSAGE_BYTES) throw batchFault("BatchRequestTooLong");
  const result = runBatch(entries, (entry) => publishTo(sns, TopicArn, entry, call), batchFault);
  const Failed = (result.Failed ?? []).map((each) => ({
    ...each,
    Code: each.Code.replace(/Exception$/, ""),
  }));
  return { Successful: result.Successful, Failed } satisfies sdk.PublishBatchResponse;
}
