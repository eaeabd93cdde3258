import { pageOf } from "../../wire/pagination";
import { invalidParameterValue } from "./errors";

/** Cuts one of Lambda's listings into pages; who asks for more than `largest` gets that many. */
export const lambdaPage = <T>(
  items: readonly T[],
  { MaxItems, Marker }: { readonly MaxItems?: number | undefined; readonly Marker?: string | undefined },
  largest: number,
) =>
  pageOf(items, {
    size: Math.min(MaxItems ?? largest, largest),
    token: Marker,
    largest,
    invalid: invalidParameterValue,
  });
