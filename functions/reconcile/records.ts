import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** What the ledger has of a thing, as far as reconciling asks. Times are epoch milliseconds. */
export interface ThingRecord {
  readonly thingName: string;
  /** Absent where nothing was decided. */
  readonly state?: string;
  /** Since when it is in that state, as the ledger writes it: a write's condition compares it. */
  readonly since?: string;
  /** Name of the group that it was put into. */
  readonly groupName?: string;
  /** How it was contained. */
  readonly containment: readonly string[];
  readonly releasedAt?: number;
  /** The violation that a person rejected. */
  readonly settledViolationId?: string;
  /** When a quarantine was begun that was not released since. */
  readonly begunAt?: number;
}

type Item = Readonly<Record<string, AttributeValue>>;

const timeOf = (attribute: AttributeValue | undefined) =>
  attribute?.S === undefined ? undefined : Date.parse(attribute.S);

/** Reads an item. */
export function recordOf(thingName: string, item: Item = {}): ThingRecord {
  const releasedAt = timeOf(item.releasedAt);
  const begunAt = timeOf(item.evidenceAt);
  const isBegun = begunAt !== undefined && (releasedAt === undefined || releasedAt <= begunAt);
  return {
    thingName,
    containment: item.containment?.SS ?? [],
    ...(item.state?.S === undefined ? {} : { state: item.state.S }),
    ...(item.since?.S === undefined ? {} : { since: item.since.S }),
    ...(item.groupName?.S === undefined ? {} : { groupName: item.groupName.S }),
    ...(releasedAt === undefined ? {} : { releasedAt }),
    ...(item.settledViolationId?.S === undefined ? {} : { settledViolationId: item.settledViolationId.S }),
    ...(isBegun ? { begunAt } : {}),
  };
}
