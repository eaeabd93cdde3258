import { invalidRequest } from "../iot/errors";

/** A span of time that a request asks for, both ends included (assumed). */
interface TimeSpan {
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
}

/**
 * The ends of a span, epoch milliseconds; one that is not given is no end.
 *
 * @throws AwsError - `InvalidRequestException` for a span that ends before it begins.
 */
export function spanOf({ startTime, endTime }: TimeSpan): { readonly from: number; readonly to: number } {
  const from = startTime?.getTime() ?? Number.NEGATIVE_INFINITY;
  const to = endTime?.getTime() ?? Number.POSITIVE_INFINITY;
  if (from > to) throw invalidRequest("startTime must not be after endTime.");
  return { from, to };
}

/** Tells whether a time, epoch milliseconds, is in a span. @throws AwsError - as {@link spanOf}. */
export function isInSpanOf(span: TimeSpan): (time: number) => boolean {
  const { from, to } = spanOf(span);
  return (time) => time >= from && time <= to;
}
