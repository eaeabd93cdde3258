import { invalidRequest } from "../iot/errors";

/** A span of time that a request asks for, both ends included (assumed). */
interface TimeSpan {
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
}

/**
 * Tells whether a time (epoch milliseconds) is in a span; an end that is not given is no end.
 *
 * @throws AwsError - `InvalidRequestException` for a span that ends before it begins.
 */
export function isInSpanOf({ startTime, endTime }: TimeSpan): (time: number) => boolean {
  const from = startTime?.getTime() ?? Number.NEGATIVE_INFINITY;
  const to = endTime?.getTime() ?? Number.POSITIVE_INFINITY;
  if (from > to) throw invalidRequest("startTime must not be after endTime.");
  return (time) => time >= from && time <= to;
}
