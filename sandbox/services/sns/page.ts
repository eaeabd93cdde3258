import { pageOf } from "../../wire/pagination";
import { invalidParameter } from "./errors";

/** Cuts one of SNS's listings into pages of 100. */
export const snsPage = <T>(items: readonly T[], token: string | undefined) =>
  pageOf(items, { size: undefined, token, largest: 100, invalid: invalidParameter });
