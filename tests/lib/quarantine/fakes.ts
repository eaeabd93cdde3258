import type { KnownThing } from "../../../lib/ledger/known-thing";
import type { LedgerPorts } from "../../../lib/ledger/ledger";
import type { ContainmentPlan } from "../../../lib/ledger/plan";
import type { AlarmContext } from "../../../lib/quarantine/respond";

/** A ledger in memory. */
export interface FakeLedger extends LedgerPorts {
  /** What was recorded: state and thing, in order. */
  readonly recorded: string[];
  /** Reasons, in the same order. */
  readonly reasons: string[];
  /** Things that have a place; one for all behaviors. */
  readonly places: Set<string>;
  /** Plans, in order. */
  readonly plans: ContainmentPlan[];
  /** What is known of a thing. */
  readonly known: Map<string, KnownThing>;
}

/** Makes a ledger that has as many places as the limit says, and notes what it is told. */
export function fakeLedger(changes: Partial<LedgerPorts> = {}): FakeLedger {
  const places = new Set<string>();
  const used = new Set<string>();
  const recorded: string[] = [];
  const reasons: string[] = [];
  const plans: ContainmentPlan[] = [];
  const known = new Map<string, KnownThing>();
  return {
    ...{ places, recorded, reasons, plans, known },
    thing: async (thingName) => known.get(thingName) ?? { containment: [] },
    takePlace: async ({ thingName, securityProfileName, behaviorName }, limit) => {
      if (!places.has(thingName) && places.size >= limit) return undefined;
      places.add(thingName);
      return { tableName: "ledger", thingName, securityProfileName, behaviorName, now: 0 };
    },
    usePlace: async ({ thingName }) => places.has(thingName) && used.add(thingName) === used,
    giveBack: async ({ thingName }) => void (used.has(thingName) || places.delete(thingName)),
    giveBackUsed: async ({ thingName }) => {
      used.delete(thingName);
      places.delete(thingName);
    },
    begin: async ({ thingName, violationId }, plan) => {
      plans.push(plan);
      known.set(thingName, { ...(known.get(thingName) ?? { containment: [] }), begunFor: violationId });
      return true;
    },
    record: async ({ thingName }, state, reason, containment = []) => {
      recorded.push(`${state} ${thingName}`);
      reasons.push(reason);
      known.set(thingName, { ...known.get(thingName), state, containment });
    },
    ...changes,
  };
}

/** The calls to AWS IoT, in memory. */
export type FakePorts = AlarmContext["ports"];

/** Makes ports of a fleet in which all goes well; `calls` has what was changed, in order. */
export function fakePorts(changes: Partial<FakePorts> = {}): { ports: FakePorts; calls: string[] } {
  const calls: string[] = [];
  const noting = <Result>(call: string, act: (name: string) => Promise<Result>) => {
    return (name: string) => {
      calls.push(`${call} ${name}`);
      return act(name);
    };
  };
  const all: FakePorts = {
    addToGroup: async () => ({ kind: "added" }),
    isRegistered: async () => true,
    setShadow: async () => ({ kind: "set" }),
    cutSession: async () => "cut",
    attachPolicy: async () => ({ kind: "done" }),
    deactivate: async () => ({ kind: "done" }),
    directGroupsOf: async () => [],
    groupsOf: () => Promise.reject(new Error("nobody asked for groups")),
    missingGroups: async () => [],
    principalsOf: async () => [],
    policiesOf: async () => [],
    isShared: async () => false,
    certificateStatus: async () => "ACTIVE",
    connectionOf: async () => ({ connected: true }),
    activeViolation: async ({ violationId }) => ({ violationId }),
    ...changes,
  };
  const ports: FakePorts = {
    ...all,
    addToGroup: noting("group", all.addToGroup),
    attachPolicy: noting("policy", all.attachPolicy),
    deactivate: noting("deactivate", all.deactivate),
    setShadow: noting("shadow", all.setShadow),
    cutSession: noting("session", all.cutSession),
  };
  return { ports, calls };
}

/** Names that the context is made with. */
export const NAMES = { groupName: "Quarantine", policyName: "Fence" } as const;
