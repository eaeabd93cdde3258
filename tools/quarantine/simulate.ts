import { parseObject } from "../../lib/json";
import { hourBefore } from "../../lib/ledger/keys";
import type { LedgerPorts } from "../../lib/ledger/ledger";
import type { QuarantinePorts } from "../../lib/quarantine/contain";
import { type ParsedRecord, parseEvent } from "../../lib/quarantine/parse";
import type { PrincipalPorts } from "../../lib/quarantine/principals";
import { type AlarmContext, respond } from "../../lib/quarantine/respond";
import type { Stack } from "./stack";
import { MAX_STATIC_GROUPS, staticGroupsOf } from "./static-groups";

/** What would come of one alarm. */
export interface Simulated {
  /** Absent for a record that is no alarm. */
  readonly thingName?: string;
  /** As the function would report it. */
  readonly outcome: string;
  readonly reason: string;
  /** What was looked up, and what it said. */
  readonly looked: readonly string[];
  /** What the function would do, in its order; empty where it would touch nothing. */
  readonly steps: readonly string[];
}

/** Things that earlier alarms of the same file would have given a place, by behavior. */
type Places = Map<string, Set<string>>;

/** What one alarm's simulation notes. */
interface Notes {
  readonly looked: string[];
  readonly steps: string[];
}

/** Acts that are only noted; what AWS is known to refuse is refused. */
function notedActs(stack: Stack, { steps }: Notes): Omit<QuarantinePorts, "isRegistered"> & PrincipalPorts {
  const { quarantineGroupName, restrictivePolicyName } = stack.outputs;
  const note = <T>(step: string, answer: T): T => {
    steps.push(step);
    return answer;
  };
  return {
    async addToGroup(thingName) {
      const groups = await staticGroupsOf(stack, thingName);
      if (!groups.includes(quarantineGroupName) && groups.length >= MAX_STATIC_GROUPS) {
        return {
          kind: "refused",
          why: `AWS refuses the group: the thing is in ${groups.length} static groups`,
        };
      }
      return note(`put ${thingName} into group ${quarantineGroupName}`, { kind: "added" });
    },
    attachPolicy: async (principal) =>
      note(`attach policy ${restrictivePolicyName} to ${principal}`, { kind: "done" }),
    deactivate: async (arn) => note(`set ${arn} to INACTIVE`, { kind: "done" }),
    setShadow: async () => note("set desired.quarantine of its shadow", { kind: "set" }),
    async cutSession(thingName) {
      const { connected } = await stack.ports.connectionOf(thingName);
      return connected ? note(`cut the session of client id ${thingName}`, "cut") : "no-session";
    },
  };
}

/** A ledger that is read, and never written. */
function readLedger(
  { ledger, decisions, now: time }: Stack,
  places: Places,
  { looked, steps }: Notes,
): LedgerPorts {
  return {
    thing: async (thingName) => {
      const known = await decisions.thing(thingName);
      looked.push(`ledger: ${known.state ?? "not known"}`);
      return known;
    },
    async takePlace({ securityProfileName, behaviorName, thingName }, limit) {
      const now = time();
      const place = { tableName: "", securityProfileName, behaviorName, thingName, now };
      const [before, current] = await Promise.all(
        [hourBefore(now), now].map((hour) => ledger.placesIn(securityProfileName, behaviorName, hour)),
      );
      const key = JSON.stringify([securityProfileName, behaviorName]);
      const taken = new Set([...(current ?? []), ...(places.get(key) ?? [])]);
      looked.push(`limit: ${taken.size} of ${limit} places taken`);
      if (before?.includes(thingName) || taken.has(thingName)) return place;
      if (taken.size >= limit) return undefined;
      places.set(key, (places.get(key) ?? new Set()).add(thingName));
      return place;
    },
    usePlace: async () => true,
    giveBack: async ({ securityProfileName, behaviorName, thingName }) => {
      places.get(JSON.stringify([securityProfileName, behaviorName]))?.delete(thingName);
    },
    giveBackUsed: async () => undefined,
    begin: async () => true,
    record: async (_alarm, state) => void steps.push(`record it in the ledger as ${state}`),
  };
}

function dryContext(stack: Stack, places: Places, notes: Notes): AlarmContext {
  const { quarantineGroupName: groupName, restrictivePolicyName: policyName, responses } = stack.outputs;
  const { ports, now } = stack;
  return {
    ...{ groupName, policyName, responses, now },
    ledger: readLedger(stack, places, notes),
    ports: {
      // Named one by one: a port that is added to the function must not act here.
      isRegistered: ports.isRegistered,
      directGroupsOf: ports.directGroupsOf,
      groupsOf: ports.groupsOf,
      missingGroups: ports.missingGroups,
      principalsOf: ports.principalsOf,
      policiesOf: ports.policiesOf,
      isShared: ports.isShared,
      certificateStatus: ports.certificateStatus,
      connectionOf: ports.connectionOf,
      async activeViolation(alarm) {
        const active = await ports.activeViolation(alarm);
        notes.looked.push(
          `violation: ${active === undefined ? "none lasts" : `${active.violationId} lasts`}`,
        );
        return active;
      },
      ...notedActs(stack, notes),
    },
  };
}

async function simulateOne(record: ParsedRecord, stack: Stack, places: Places): Promise<Simulated> {
  const notes: Notes = { looked: [], steps: [] };
  if (record.kind === "rejection") {
    return { outcome: "rejected", reason: `${record.path} ${record.reason}`, ...notes };
  }
  // As on the last receive: what it comes to, and not that it would come again.
  const outcome = await respond(record.alarm, dryContext(stack, places, notes), { isLast: true });
  return { thingName: record.alarm.thingName, outcome: outcome.outcome, reason: outcome.reason, ...notes };
}

/**
 * Says what the deployed function would do with alarms, and does nothing of it: the function's own decisions run, by the
 * deployed table, over calls that read and acts that are only noted.
 *
 * @param text - an event of Lambda (SQS or SNS), or an alarm as Device Defender writes it
 */
export async function simulate(text: string, stack: Stack): Promise<readonly Simulated[]> {
  const event = parseObject(text);
  const records = parseEvent(event?.Records === undefined ? { Records: [{ body: text }] } : event);
  const places: Places = new Map();
  const simulated: Simulated[] = [];
  // One after the other: each takes a place from the next.
  for (const record of records) simulated.push(await simulateOne(record, stack, places));
  return simulated;
}
