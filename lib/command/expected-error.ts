/** Says by itself what is wrong and what to do: a command prints its message alone and ends with 2. */
export class ExpectedError extends Error {}

/** What a person is told of an error: a fault of this program keeps its stack. */
export function errorText(error: unknown): string {
  if (error instanceof ExpectedError) return error.message;
  return String((error as Error | undefined)?.stack ?? error);
}
