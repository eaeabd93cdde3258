import { AwsError } from "./aws-error";

/** What became of an entry that failed. */
interface FailedEntry {
  readonly Id: string;
  readonly SenderFault: boolean;
  readonly Code: string;
  readonly Message: string;
}

interface BatchResult<T> {
  Successful: T[];
  Failed?: FailedEntry[];
}

/**
 * Runs a batch of SQS or SNS: refuses it whole for what is wrong with it as a batch, and answers for each entry what
 * became of it.
 *
 * @throws AwsError - `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `InvalidBatchEntryId`,
 * `BatchEntryIdsNotDistinct`.
 */
export function runBatch<E extends { Id: string | undefined }, T>(
  entries: readonly E[],
  run: (entry: E) => T,
  refuse: (code: string, message: string) => AwsError,
): BatchResult<T & { Id: string }> {
  const ids = entries.map((entry) => entry.Id ?? "");
  if (ids.length === 0)
    throw refuse("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (ids.length > 10) {
    throw refuse(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${ids.length}.`,
    );
  }
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw refuse(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw refuse("BatchEntryIdsNotDistinct", `Id ${twice} repeated.`);
  const Successful: (T & { Id: string })[] = [];
  const Failed: FailedEntry[] = [];
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
