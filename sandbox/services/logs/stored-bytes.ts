import type { LogLine } from "./store";

/** What each event counts beside its text, bytes. */
const OVERHEAD_BYTES = 26;

/** What events count, bytes. Source: CloudWatch Logs API Reference, "PutLogEvents" (UTF-8, and 26 for each). */
export const storedBytes = (lines: readonly Pick<LogLine, "message">[]) =>
  lines.reduce((sum, { message }) => sum + Buffer.byteLength(message) + OVERHEAD_BYTES, 0);
