/** Throws an error on that is no answer. */
export function rethrow(error: unknown): never {
  throw error;
}

/** Whether an error is of a name, such as `ResourceNotFoundException`. */
export function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}
