import type { FunctionError, RuntimeOutcome } from "./runtime-process";

/** What an invocation answers. */
export interface InvocationResult {
  /** The function's answer, JSON; of a failed one, the error. */
  readonly payload: string;
  /** Set when the function failed; Lambda says `Unhandled` for every error of a managed Node.js runtime. */
  readonly functionError?: "Unhandled";
  /** All lines that it logged, with Lambda's own. */
  readonly logLines: readonly string[];
}

/** Largest answer, bytes. Source: AWS Lambda Developer Guide, "Lambda quotas", synchronous payload. */
const MAX_RESPONSE_BYTES = 6_291_556;

/** How Go, in which Lambda's front is written, names signals. */
const SIGNAL_NAMES: Readonly<Record<string, string>> = {
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGILL: "illegal instruction",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
};

function exitReason(code: number | null, signal: string | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNAL_NAMES[signal] ?? signal}`;
  if (code === 0) return "Runtime exited without providing a reason";
  return `Runtime exited with error: exit status ${code}`;
}

/**
 * The error of an invocation, undefined when it succeeded. Timeouts, crashes and answers that are too large
 * are worded as Lambda words them (seen in public logs).
 */
export function errorOf(
  outcome: RuntimeOutcome,
  requestId: string,
  timeoutMs: number,
): FunctionError | undefined {
  const failed = (errorType: string, reason: string) => ({
    errorType,
    errorMessage: `RequestId: ${requestId} Error: ${reason}`,
  });
  switch (outcome.kind) {
    case "error":
      return outcome.error;
    case "timeout":
      return failed("Sandbox.Timedout", `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`);
    case "exit":
      return failed("Runtime.ExitError", exitReason(outcome.code, outcome.signal));
    case "result":
      if (Buffer.byteLength(outcome.payload) <= MAX_RESPONSE_BYTES) return undefined;
      return {
        errorType: "Function.ResponseSizeTooLarge",
        errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
      };
  }
}
