type Attempt<T> = { readonly value: T } | { readonly failure: string };

/**
 * Makes a call that may fail. Never rejects.
 *
 * @param step - what the call is for, for the reason of the outcome
 * @param call - rejects with the SDK's error
 */
export async function attempt<T>(step: string, call: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    return { failure: `${step}: ${nameOf(error)}` };
  }
}

/**
 * An error by its class and AWS's request id. Not by its message: that of a signature error quotes the signed
 * headers, and with them the session token.
 */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const { code, $metadata } = error as {
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  };
  const details = [
    typeof code === "string" ? code : undefined,
    $metadata?.httpStatusCode === undefined ? undefined : `HTTP ${$metadata.httpStatusCode}`,
    $metadata?.requestId === undefined ? undefined : `request ${$metadata.requestId}`,
  ].filter((detail) => detail !== undefined);
  return details.length === 0 ? error.name : `${error.name} (${details.join(", ")})`;
}
