import type { AwsError } from "./aws-error";
import { checkConstraints } from "./constraints";

/** One page of a listing. */
export interface Page<T> {
  /** The items of this page. */
  readonly items: T[];
  /** Where the next page begins; absent on the last one. */
  readonly nextToken?: string;
}

/** What a caller asked of a listing. */
export interface PageRequest {
  /** Most items wanted. */
  readonly size: number | undefined;
  /** The input's member that says so. @default maxResults */
  readonly member?: string;
  /** Token of an earlier page. */
  readonly token: string | undefined;
  /** Most items that AWS allows to ask for, and its default. */
  readonly largest: number;
  /** The error for a token that was never handed out, or for a size out of bounds. */
  readonly invalid: (message: string) => AwsError;
}

/** Cuts a listing into pages. A token is opaque to clients: the position, in base64. */
export function pageOf<T>(items: readonly T[], request: PageRequest): Page<T> {
  const { size = request.largest, member = "maxResults", largest, token, invalid } = request;
  checkConstraints({ [member]: size }, { [member]: { min: 1, max: largest } }, invalid);
  const start = token === undefined ? 0 : positionOf(token, invalid);
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextToken: Buffer.from(`at:${end}`).toString("base64") }),
  };
}

function positionOf(token: string, invalid: PageRequest["invalid"]): number {
  const found = /^at:(\d+)$/.exec(Buffer.from(token, "base64").toString("utf8"));
  if (!found) throw invalid("The pagination token is not one that this operation handed out.");
  return Number(found[1]);
}
