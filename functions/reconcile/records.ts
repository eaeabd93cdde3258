import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type KnownThing, knownThing } from "../../lib/ledger/known-thing";

/** What the ledger has of a thing, as far as reconciling asks. */
export interface ThingRecord extends KnownThing {
  readonly thingName: string;
  /** Since when it is in that state, as the ledger writes it: a write's condition compares it. */
  readonly since?: string;
  /** Name of the group that it was put into. */
  readonly groupName?: string;
}

/** Whether a release has begun that did not end, and no quarantine was begun since. */
export const isBeingReleased = ({ since, releasedAt, begunAt }: ThingRecord): boolean =>
  since !== undefined && releasedAt !== undefined && releasedAt >= Date.parse(since) && begunAt === undefined;

/** Reads an item. */
export function recordOf(
  thingName: string,
  item: Readonly<Record<string, AttributeValue>> = {},
): ThingRecord {
  return {
    thingName,
    ...knownThing(item),
    ...(item.since?.S === undefined ? {} : { since: item.since.S }),
    ...(item.groupName?.S === undefined ? {} : { groupName: item.groupName.S }),
  };
}
