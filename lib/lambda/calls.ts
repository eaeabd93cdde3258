import type { Context } from "aws-lambda";

/**
 * What every AWS client of a function is made with. Adaptive mode slows down with AWS's throttling instead of adding to it.
 * Without a request timeout one hung call would last until Lambda ends the function, with no outcome logged.
 */
export const CLIENT_CONFIG = {
  retryMode: "adaptive",
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

/**
 * Longest that one call takes, its retries and its answer's body included, in milliseconds, and the part of the time that
 * Lambda leaves: after any number of calls some is left to log.
 */
export const CALL = { longestMs: 15_000, share: 1 / 4 };

/** How long the next call may take, in milliseconds; the context is absent where somebody calls the handler by hand. */
export function callTimeoutMs({ longestMs, share }: typeof CALL, context: Context | undefined): number {
  const remaining = context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
  return Math.min(longestMs, Math.floor(remaining * share));
}
