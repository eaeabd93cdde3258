/** Throws an error on that is no answer. */
export function rethrow(error: unknown): never {
  throw error;
}

/** Makes the answer of a call that AWS answers with `ResourceNotFoundException`; every other error is thrown on. */
export const ifMissing =
  <Answer>(answer: Answer) =>
  (error: unknown): Answer =>
    isNamed(error, "ResourceNotFoundException") ? answer : rethrow(error);

/** Whether an error is of a name, such as `ResourceNotFoundException`. */
export function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}
