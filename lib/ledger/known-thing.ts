import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** What is remembered of a thing, as decisions ask for it. Times are epoch milliseconds. */
export interface KnownThing {
  /** The thing's state; absent where nothing was decided. */
  readonly state?: string;
  /** When it was last released. */
  readonly releasedAt?: number;
  /** The violation that a person rejected. */
  readonly settledViolationId?: string;
  /** When a quarantine was begun that was not released since. */
  readonly begunAt?: number;
  /** The violation that it was begun for. */
  readonly begunFor?: string;
  /** How it was contained. */
  readonly containment: readonly string[];
}

const timeOf = (attribute: AttributeValue | undefined) =>
  attribute?.S === undefined ? undefined : Date.parse(attribute.S);

/** Reads a thing's item; none is one of which nothing is remembered. */
export function knownThing(item: Readonly<Record<string, AttributeValue>> = {}): KnownThing {
  const releasedAt = timeOf(item.releasedAt);
  const begunAt = timeOf(item.evidenceAt);
  const isBegun = begunAt !== undefined && (releasedAt === undefined || releasedAt <= begunAt);
  return {
    containment: item.containment?.SS ?? [],
    ...(item.state?.S === undefined ? {} : { state: item.state.S }),
    ...(releasedAt === undefined ? {} : { releasedAt }),
    ...(item.settledViolationId?.S === undefined ? {} : { settledViolationId: item.settledViolationId.S }),
    ...(isBegun ? { begunAt } : {}),
    ...(isBegun && item.evidenceOf?.S !== undefined ? { begunFor: item.evidenceOf.S } : {}),
  };
}
