import type { NoticeKind } from "../../lib/notices/notice";
import type { Correction, ReconcileLedger } from "./ledger";
import type { ReconcilePorts } from "./ports";
import { isBeingReleased, type ThingRecord } from "./records";

/** What is found of the group's members, beside those that the ledger knows. */
export interface MemberFinding {
  readonly correction: Correction;
  /** How it is told; absent for what is recorded and counted, and told to nobody. */
  readonly notice?: NoticeKind;
}

/** A record that is younger may be ahead of what AWS lists, or behind what is being done. */
const SETTLED_MS = 2 * 60_000;

/** What members are compared with. */
export interface MembersContext {
  readonly ports: Pick<ReconcilePorts, "groupsOf" | "isRegistered">;
  readonly ledger: Pick<ReconcileLedger, "records">;
  readonly groupName: string;
  readonly now: number;
}

/** Whether the ledger says that a thing is in a group. */
const isInGroup = ({ containment }: ThingRecord) => containment.length === 0 || containment.includes("group");

/** Whether a thing is in its state for long enough, and nobody is releasing it: a release that was cut off is completed as one. */
const isSettled = (record: ThingRecord, now: number) =>
  record.since !== undefined &&
  now - Math.max(Date.parse(record.since), record.begunAt ?? 0) >= SETTLED_MS &&
  !isBeingReleased(record);

/**
 * Compares who is in the group with who should be: things that left, were deleted, or entered by another hand. Each is
 * asked about by itself before anything is concluded, as a list may be late.
 *
 * @param members - all things in the group
 * @param quarantined - what the ledger has of things that it says are contained
 */
export async function compareMembers(
  members: ReadonlySet<string>,
  quarantined: readonly ThingRecord[],
  context: MembersContext,
): Promise<MemberFinding[]> {
  const findings: MemberFinding[] = [];
  for (const record of quarantined) {
    if (members.has(record.thingName) || !isInGroup(record) || !isSettled(record, context.now)) continue;
    findings.push(...(await whereTo(record, context)));
  }
  const known = new Set(quarantined.map(({ thingName }) => thingName));
  const strangers = [...members].filter((name) => !known.has(name));
  const records = strangers.length === 0 ? new Map() : await context.ledger.records(strangers);
  for (const record of records.values() as Iterable<ThingRecord>) {
    findings.push(...(await entered(record, context)));
  }
  return findings;
}

/** What became of a thing that is not in the group any more. */
async function whereTo(
  from: ThingRecord,
  { ports, groupName }: MembersContext,
): Promise<readonly MemberFinding[]> {
  const { thingName } = from;
  const groups = await ports.groupsOf(thingName);
  if (groups.includes(groupName)) return [];
  const released = { thingName, state: "released", from } as const;
  if (groups.length === 0 && !(await ports.isRegistered(thingName))) {
    return [{ correction: { ...released, reason: "the thing was deleted" } }];
  }
  if (from.groupName === undefined || from.groupName === groupName) {
    const reason = `it left thing group ${groupName} by another hand than this stack's`;
    return [{ correction: { ...released, reason }, notice: "removed-by-hand" }];
  }
  // The stack's group has another name since: who is in the old one is fenced there as long as that lasts.
  if (groups.includes(from.groupName)) return [];
  const reason = `it was in thing group ${from.groupName}, and the stack's is ${groupName} since`;
  return [{ correction: { ...released, reason } }];
}

/** A thing in the group that the ledger does not say to be there. */
async function entered(
  from: ThingRecord,
  { ports, groupName }: MembersContext,
): Promise<readonly MemberFinding[]> {
  // The index was late; or a quarantine is under way, or failed half done, and its alarm comes again.
  if (from.state === "quarantined" || from.begunAt !== undefined) return [];
  if (from.state === "not-contained" && from.containment.includes("group")) return [];
  // One that was released since the members were listed.
  if (!(await ports.groupsOf(from.thingName)).includes(groupName)) return [];
  const reason = `it entered thing group ${groupName} by another hand than this stack's`;
  const correction = { thingName: from.thingName, state: "quarantined", reason, from, groupName } as const;
  return [{ correction, notice: "entered-by-hand" }];
}
