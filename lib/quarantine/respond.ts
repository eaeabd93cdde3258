import { attempt } from "../aws/attempt";
import { REGISTRY_NAME } from "../aws/names";
import type { Alarm } from "../detect/alarm";
import type { KnownThing } from "../ledger/known-thing";
import type { LedgerPorts, Place } from "../ledger/ledger";
import { isThingState } from "../ledger/record";
import { exemptionsAt, type ResponseTable } from "../responses/response-table";
import { type Contained, type ContainmentContext, contain, unregistered } from "./contain";
import { decide } from "./decide";
import { type ExemptionPorts, exemptionOf, missingExemptGroups } from "./exempt";
import type { AlarmOutcome } from "./outcome";
import { type Delivery, type VerificationPorts, verify } from "./verify";

/** What the function decides and acts with. */
export interface AlarmContext extends Pick<ContainmentContext, "groupName" | "policyName"> {
  /** What the stack's config says of alarms. */
  readonly responses: ResponseTable;
  /** The calls to AWS IoT. */
  readonly ports: ContainmentContext["ports"] & ExemptionPorts & VerificationPorts;
  /** What is remembered. */
  readonly ledger: LedgerPorts;
  /** The time, epoch milliseconds. */
  readonly now: () => number;
}

const MINUTE_MS = 60_000;

/** What came of an alarm that calls for quarantine. */
type Handled = Pick<Contained, "outcome"> & Partial<Contained>;

/**
 * Does what an alarm calls for, and records it. Never rejects: what could not be done or recorded is `failed`, comes
 * again, and then changes nothing that was done before.
 */
export async function respond(
  alarm: Alarm,
  context: AlarmContext,
  delivery: Delivery,
): Promise<AlarmOutcome> {
  const decision = decide(alarm, context.responses);
  const handled: Handled =
    decision.kind === "quarantine"
      ? await quarantineUnlessExempt(alarm, context, delivery)
      : { outcome: { outcome: decision.kind, alarm, reason: decision.reason } };
  const done = handled.outcome;
  // Who is fenced is quarantined, whatever failed beside it: the retry must not find all places taken.
  const state = done.outcome === "failed" && handled.isContained ? "quarantined" : done.outcome;
  // What cannot be a thing's name has no record: who sends alarms of made-up client ids must not fill the ledger.
  if (!isThingState(state) || !REGISTRY_NAME.test(alarm.thingName)) return done;
  const recorded = await attempt("ledger", () =>
    context.ledger.record(done.alarm, state, done.reason, handled.containment),
  );
  if (!("failure" in recorded)) return done;
  const reason = `${done.outcome} (${done.reason}), and not recorded: ${recorded.failure}`;
  return { outcome: "failed", alarm, reason };
}

const untouched = (alarm: Alarm, outcome: AlarmOutcome["outcome"], reason: string): Handled => ({
  outcome: { outcome, alarm, reason: `${reason}; the device was not touched` },
});

async function quarantineUnlessExempt(
  alarm: Alarm,
  context: AlarmContext,
  delivery: Delivery,
): Promise<Handled> {
  const { ports } = context;
  const exemptions = exemptionsAt(context.responses, context.now());
  const exemption = await attempt("exemptions", () => exemptionOf(alarm.thingName, exemptions, ports));
  if ("failure" in exemption) return untouched(alarm, "failed", exemption.failure);
  if (exemption.value === undefined) {
    const handled = await quarantineIfNew(alarm, context, delivery);
    const missing = await missingExemptGroups(exemptions, ports);
    return missing.length === 0
      ? handled
      : noting(handled, `no such thing group, though exempt: ${missing.join(", ")}`);
  }
  const { reason, until, ...who } = exemption.value;
  const whom = "thing" in who ? "the thing" : `thing group ${who.group}`;
  return { outcome: { outcome: "exempt", alarm, reason: `${whom} is exempt until ${until}: ${reason}` } };
}

/**
 * Asks the registry first: alarms of names that are no things must take no place from a thing. Then what is remembered of
 * it: who was released since the alarm stays free, and who is contained already takes no place, so that what a try left
 * half done is completed although the violation may be over by now.
 */
async function quarantineIfNew(alarm: Alarm, context: AlarmContext, delivery: Delivery): Promise<Handled> {
  const { ports, ledger } = context;
  const { thingName } = alarm;
  const registered = await attempt("registry", () => ports.isRegistered(thingName));
  if ("failure" in registered) return untouched(alarm, "failed", registered.failure);
  if (!registered.value) return { outcome: unregistered(alarm) };
  const known = await attempt("ledger", () => ledger.thing(thingName));
  if ("failure" in known) return untouched(alarm, "failed", known.failure);
  const settled = whySettled(alarm, known.value);
  if (settled !== undefined) return untouched(alarm, "ignored", settled);
  const isContained = await attempt("groups", () => isContainedBy(alarm, known.value, context));
  if ("failure" in isContained) return untouched(alarm, "failed", isContained.failure);
  return isContained.value
    ? contain(alarm, containmentOf(context))
    : quarantineWithinLimit(alarm, known.value, context, delivery);
}

function whySettled({ violationEventTime, violationId }: Alarm, known: KnownThing): string | undefined {
  if (known.settledViolationId === violationId) return "a person rejected this violation";
  if (known.releasedAt === undefined || violationEventTime > known.releasedAt) return undefined;
  return `the thing was released at ${new Date(known.releasedAt).toISOString()}, after the alarm`;
}

/** Whether an earlier try, or an earlier alarm, contained the thing, and nobody let it out by hand. */
async function isContainedBy(
  { thingName, violationId }: Alarm,
  { state, begunFor, containment }: KnownThing,
  { ports, groupName }: AlarmContext,
): Promise<boolean> {
  if (state !== "quarantined" && begunFor !== violationId) return false;
  if (state === "quarantined" && containment.length > 0 && !containment.includes("group")) return true;
  return (await ports.directGroupsOf(thingName)).includes(groupName);
}

const containmentOf = ({ responses, now: _now, ...context }: AlarmContext): ContainmentContext => ({
  ...context,
  containment: responses.containment,
});

/** A limit that cannot be asked is one that is reached: the alarm comes again. */
async function quarantineWithinLimit(
  alarm: Alarm,
  known: KnownThing,
  context: AlarmContext,
  delivery: Delivery,
): Promise<Handled> {
  const { responses, ports, ledger } = context;
  const { quarantineLimitPerHour: limit, alarmMaxAgeMinutes } = responses;
  const taken = await attempt("limit", () => ledger.takePlace(alarm, limit));
  if ("failure" in taken) return untouched(alarm, "failed", taken.failure);
  const place = taken.value;
  if (place === undefined) {
    return untouched(alarm, "held", `all ${limit} places of the behavior in this hour are taken`);
  }
  const minutes = Math.floor((context.now() - alarm.violationEventTime) / MINUTE_MS);
  const active = await verify(alarm, ports, { minutes, max: alarmMaxAgeMinutes }, delivery);
  if ("outcome" in active) return givingBack({ outcome: active }, () => ledger.giveBack(place));
  if (active.violationId === known.settledViolationId) {
    const rejected = untouched(alarm, "ignored", "a person rejected the violation that lasts");
    return givingBack(rejected, () => ledger.giveBack(place));
  }
  const verified = active.value === undefined ? alarm : { ...alarm, value: active.value };
  return containInPlace(verified, place, context, active);
}

async function containInPlace(
  alarm: Alarm,
  place: Place,
  context: AlarmContext,
  active: Parameters<typeof contain>[2],
): Promise<Handled> {
  const { ledger } = context;
  const used = await attempt("limit", () => ledger.usePlace(place));
  if ("failure" in used) return untouched(alarm, "failed", used.failure);
  if (!used.value) return untouched(alarm, "failed", "limit: the place was given back meanwhile");
  const contained = await contain(alarm, containmentOf(context), active);
  // A session that was cut is an act: whoever cannot be contained keeps the place.
  const isToNoEffect = contained.containment.length === 0 && contained.outcome.outcome !== "not-contained";
  return isToNoEffect ? givingBack(contained, () => ledger.giveBackUsed(place)) : contained;
}

/** A place that cannot be given back is one less in this hour, and changes nothing else. */
async function givingBack(handled: Handled, giveBack: () => Promise<void>): Promise<Handled> {
  const given = await attempt("limit", giveBack);
  if (!("failure" in given)) return handled;
  return noting(handled, `place kept: ${given.failure}`);
}

const noting = (handled: Handled, note: string): Handled => ({
  ...handled,
  outcome: { ...handled.outcome, reason: `${handled.outcome.reason}; ${note}` },
});
