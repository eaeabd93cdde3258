import { pageOf } from "../../wire/pagination";
import { validation } from "./errors";

/** API Reference, `MaxResults`. */
const LARGEST_PAGE = 100;

/** Cuts one of Cloud Control's listings into pages. */
export function cloudControlPage<T>(
  items: readonly T[],
  { MaxResults: size, NextToken: token }: { MaxResults?: number | undefined; NextToken?: string | undefined },
) {
  const page = pageOf(items, { size, token, largest: LARGEST_PAGE, invalid: validation });
  return { items: page.items, rest: page.nextToken === undefined ? {} : { NextToken: page.nextToken } };
}
