import { attempt } from "../../lib/aws/attempt";
import type { Alarm } from "../../lib/detect/alarm";
import type { ThingRecord } from "../../lib/ledger/read";
import { isThingState } from "../../lib/ledger/record";
import type { PersonsAct, PersonsDecision } from "../../lib/ledger/release";
import type { Notice } from "../../lib/notices/notice";
import { contain } from "../../lib/quarantine/contain";
import { release } from "../../lib/quarantine/release";
import type { Stack } from "./stack";

/** What came of one thing. */
export interface Act {
  readonly thingName: string;
  /** What it came to. */
  readonly outcome: string;
  /** For a person. */
  readonly detail: string;
  /** Whether it is as it was asked for. */
  readonly ok: boolean;
  /** What is told of it. */
  readonly notice?: Notice;
}

/** Profile and behavior of what no alarm led to. */
const BY_HAND = "by-hand";

const noticeOf = (kind: Notice["kind"], act: PersonsAct, record: Partial<ThingRecord> = {}): Notice => {
  const { securityProfileName, behaviorName, violationId } = record;
  return {
    ...{ kind, thingName: act.thingName, reason: act.reason, at: act.releasedAt, actor: act.releasedBy },
    ...(securityProfileName !== undefined && { securityProfileName }),
    ...(behaviorName !== undefined && { behaviorName }),
    ...(violationId !== undefined && { violationId }),
  };
};

/** Lets a thing out of quarantine, and says when its violation still lasts. */
export async function releaseThing(act: PersonsAct, { outputs, ports, ledger }: Stack): Promise<Act> {
  const { quarantineGroupName: groupName, restrictivePolicyName: policyName } = outputs;
  const released = await release(act, { groupName, policyName, ports, ledger });
  const { securityProfileName, behaviorName, violationId = "" } = released.record ?? {};
  const notes = [...released.notes];
  if (released.outcome === "released" && securityProfileName && behaviorName) {
    const alarm = { thingName: act.thingName, securityProfileName, behaviorName, violationId };
    const active = await attempt("violations", () =>
      ports.activeViolation({ ...alarm, violationEventTime: act.releasedAt, violationEventType: "in-alarm" }),
    );
    if ("value" in active && active.value !== undefined) {
      notes.push("its violation still lasts: it comes back with the next datapoint that violates");
    }
  }
  const ok = released.outcome === "released" || released.outcome === "not-in-quarantine";
  return {
    ...{ thingName: act.thingName, outcome: released.outcome, ok },
    detail: [...released.failures, ...released.done, ...notes].join("; "),
    ...(released.outcome === "released" && { notice: noticeOf("released", act, released.record) }),
  };
}

/** Lets a held thing go on, for good as far as its violation goes. */
export async function rejectThing(act: PersonsAct, { ledger }: Stack): Promise<Act> {
  const { thingName } = act;
  const known = await attempt("ledger", () => ledger.thing(thingName));
  if ("failure" in known) return { thingName, outcome: "failed", detail: known.failure, ok: false };
  const { state = "not in the ledger", violationId } = known.value ?? {};
  if (state !== "held" || violationId === undefined) {
    return { thingName, outcome: "not-held", detail: `it is ${state}`, ok: false };
  }
  const done = await attempt("ledger", async () => {
    const isRejected = await ledger.reject(act, violationId);
    if (isRejected) await ledger.note(act, "rejected", detailsOf(known.value));
    return isRejected;
  });
  if ("failure" in done) return { thingName, outcome: "failed", detail: done.failure, ok: false };
  return done.value
    ? { thingName, outcome: "rejected", detail: `violation ${violationId} is settled`, ok: true }
    : { thingName, outcome: "not-held", detail: "somebody decided meanwhile", ok: false };
}

const detailsOf = (record: ThingRecord | undefined) => {
  const { securityProfileName, behaviorName, violationId } = record ?? {};
  return {
    ...(securityProfileName !== undefined && { securityProfileName }),
    ...(behaviorName !== undefined && { behaviorName }),
    ...(violationId !== undefined && { violationId }),
  };
};

async function containThing(
  act: PersonsAct,
  alarm: Alarm,
  decision: Extract<PersonsDecision, "approved">,
  { outputs, ports, ledger, decisions }: Stack,
): Promise<Act> {
  const { thingName } = act;
  const { quarantineGroupName: groupName, restrictivePolicyName: policyName, responses } = outputs;
  const context = { containment: responses.containment, groupName, policyName, ports, ledger: decisions };
  const { outcome, containment: done } = await contain(alarm, context);
  const reason = `${outcome.reason}; ${decision} by ${act.releasedBy}: ${act.reason}`;
  if (!isThingState(outcome.outcome)) {
    return { thingName, outcome: outcome.outcome, detail: outcome.reason, ok: false };
  }
  const state = outcome.outcome;
  const written = await attempt("ledger", async () => {
    await decisions.record(alarm, state, reason, done);
    await ledger.note(act, decision, alarm);
  });
  if ("failure" in written) {
    const detail = `${state} (${outcome.reason}), and not recorded: ${written.failure}; run it again`;
    return { thingName, outcome: "failed", detail, ok: false };
  }
  const kind = state === "quarantined" ? "quarantined" : "not-contained";
  return {
    ...{ thingName, outcome: state, detail: outcome.reason, ok: state === "quarantined" },
    notice: noticeOf(kind, act, alarm),
  };
}

/** Puts a held thing into quarantine. */
export async function approveThing(act: PersonsAct, stack: Stack): Promise<Act> {
  const { thingName } = act;
  const known = await attempt("ledger", () => stack.ledger.thing(thingName));
  if ("failure" in known) return { thingName, outcome: "failed", detail: known.failure, ok: false };
  const { state = "not in the ledger", securityProfileName = "", behaviorName = "" } = known.value ?? {};
  if (state !== "held") return { thingName, outcome: "not-held", detail: `it is ${state}`, ok: false };
  const alarm: Alarm = {
    ...{ thingName, securityProfileName, behaviorName, violationEventType: "in-alarm" },
    violationId: known.value?.violationId ?? "",
    violationEventTime: Date.parse(known.value?.alarmedAt ?? ""),
  };
  return containThing(act, alarm, "approved", stack);
}

/** Puts a thing into quarantine that no alarm was held for. */
export async function addThing(act: PersonsAct, stack: Stack): Promise<Act> {
  const { thingName, releasedAt: at } = act;
  const registered = await attempt("registry", () => stack.ports.isRegistered(thingName));
  if ("failure" in registered) return { thingName, outcome: "failed", detail: registered.failure, ok: false };
  if (!registered.value) {
    return { thingName, outcome: "unregistered", detail: "the registry holds no such thing", ok: false };
  }
  const names = { securityProfileName: BY_HAND, behaviorName: BY_HAND, violationId: `${BY_HAND}-${at}` };
  const alarm: Alarm = { ...names, thingName, violationEventType: "in-alarm", violationEventTime: at };
  return containThing(act, alarm, "approved", stack);
}
