import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../wire/aws-error";
import { sqsError } from "../errors";

interface BatchResult<T> {
  Successful: T[];
  Failed?: BatchResultErrorEntry[];
}

/**
 * Runs a batch: refuses it whole for what is wrong with it as a batch, and answers for each entry what
 * became of it.
 *
 * @throws AwsError - `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `InvalidBatchEntryId`,
 * `BatchEntryIdsNotDistinct`.
 */
export function runBatch<E extends { Id: string | undefined }, T>(
  entries: readonly E[],
  run: (entry: E) => T,
): BatchResult<T & { Id: string }> {
  const ids = entries.map((entry) => entry.Id ?? "");
  if (ids.length === 0)
    throw sqsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (ids.length > 10) {
    throw sqsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${ids.length}.`,
    );
  }
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw sqsError(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw sqsError("BatchEntryIdsNotDistinct", `Id ${twice} repeated.`);
  const Successful: (T & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    const Id = entry.Id ?? "";
    try {
      Successful.push({ ...run(entry), Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return Failed.length > 0 ? { Successful, Failed } : { Successful };
}
