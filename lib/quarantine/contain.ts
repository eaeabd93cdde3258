import { attempt } from "../aws/attempt";
import type { Alarm } from "../detect/alarm";
import type { LedgerPorts } from "../ledger/ledger";
import type { Containment } from "../responses/response-table";
import { type Evidence, type EvidencePorts, planOf, takeEvidence } from "./evidence";
import type { AlarmOutcome } from "./outcome";
import { containPrincipals, type PrincipalPorts } from "./principals";
import type { ActiveViolation } from "./verify";

/** AWS's answer to the request to add a thing to the Quarantine group. */
export type GroupAnswer =
  | { readonly kind: "added" }
  /** The thing or the group: AWS does not say which of them is not there. */
  | { readonly kind: "not-found" }
  | { readonly kind: "refused"; readonly why: string };

/** AWS's answer to the request to flag a thing's shadow; `why` says what is the matter, for a person. */
export type ShadowAnswer = { readonly kind: "set" } | { readonly kind: "refused"; readonly why: string };

/** What the function can do to a device. Each call may be repeated; each rejects with the SDK's error. */
export interface QuarantinePorts {
  /** Adds the thing to the Quarantine group; adding it again changes nothing. */
  addToGroup(thingName: string): Promise<GroupAnswer>;
  /** Whether the registry holds the thing. */
  isRegistered(thingName: string): Promise<boolean>;
  /** Sets `desired.quarantine` of the thing's classic shadow to `true`. */
  setShadow(thingName: string): Promise<ShadowAnswer>;
  /** Cuts the MQTT session whose client id is the thing's name. */
  cutSession(thingName: string): Promise<"cut" | "no-session">;
}

/** What a thing is contained with. */
export interface ContainmentContext {
  /** How devices are contained. */
  readonly containment: readonly Containment[];
  /** Name of the Quarantine thing group. */
  readonly groupName: string;
  /** Name of the restrictive policy. */
  readonly policyName: string;
  /** The calls to AWS IoT. */
  readonly ports: QuarantinePorts & EvidencePorts & PrincipalPorts;
  /** What is remembered. */
  readonly ledger: Pick<LedgerPorts, "begin">;
}

/** What came of containing a thing. */
export interface Contained {
  readonly outcome: AlarmOutcome;
  /** What was done, also where the rest failed; empty where nothing was. */
  readonly containment: readonly Containment[];
  /** Whether the device is contained, whatever failed beside. */
  readonly isContained: boolean;
}

/**
 * Contains a thing: looks at it, keeps what it was like and what is about to be done, and does it. Asks neither limit nor
 * Device Defender. Never rejects.
 *
 * @param alarm - an alarm that was found to call for quarantine
 * @param active - the violation that lasts; absent where nobody asked
 */
export async function contain(
  alarm: Alarm,
  context: ContainmentContext,
  active?: ActiveViolation,
): Promise<Contained> {
  const { containment, groupName, policyName, ports, ledger } = context;
  const evidence = await takeEvidence(alarm.thingName, ports, containment);
  const plan = {
    ...planOf(evidence, containment, policyName),
    ...{ groupName, policyName },
    ...(active && { activeViolationId: active.violationId }),
  };
  const begun = await attempt("ledger", () => ledger.begin(alarm, plan));
  if ("failure" in begun) return nothingDone(alarm, "failed", `${begun.failure}; the device was not touched`);
  return begun.value
    ? quarantine(alarm, evidence, context)
    : nothingDone(alarm, "ignored", "the thing was released since the alarm; the device was not touched");
}

const nothingDone = (alarm: Alarm, outcome: AlarmOutcome["outcome"], reason: string): Contained => ({
  outcome: { outcome, alarm, reason },
  containment: [],
  isContained: false,
});

/**
 * Group, then principals, then shadow, then connection.
 *
 * The group comes first because it alone fails for a name that is not in the registry: a shadow would be
 * made for it (AWS IoT Developer Guide, "Device Shadow service", `UpdateThingShadow` creates what is not
 * there), and a session of somebody else might be cut. A shadow that fails does not keep the session alive,
 * and one that can never be set does not make a failure of what is fenced. The shadow of a device that is not
 * contained must not tell it, or anybody else, that it is.
 */
async function quarantine(alarm: Alarm, evidence: Evidence, context: ContainmentContext): Promise<Contained> {
  const { ports } = context;
  const { thingName } = alarm;
  const group = await attempt("group", () => ports.addToGroup(thingName));
  if ("failure" in group) {
    return nothingDone(alarm, "failed", `${group.failure}; shadow and session not tried`);
  }
  if (group.value.kind === "not-found") return whoIsMissing(alarm, ports);
  const principals = await containPrincipals(evidence, context.containment, ports);
  const isContained = group.value.kind === "added" || principals.isWhole;
  const shadow = isContained ? await attempt("shadow", () => ports.setShadow(thingName)) : undefined;
  const session = await attempt("session", () => ports.cutSession(thingName));
  const done = {
    containment: [...(group.value.kind === "added" ? (["group"] as const) : []), ...principals.containment],
    isContained,
  };
  const failures = [
    ...principals.failures,
    ...[shadow, session].flatMap((step) => (step && "failure" in step ? [step.failure] : [])),
  ];
  if (failures.length > 0) {
    return { ...done, outcome: { outcome: "failed", alarm, reason: failures.join("; ") } };
  }
  const flag = shadow && "value" in shadow ? flagOf(shadow.value) : "shadow not set";
  const cut = "value" in session && session.value === "cut" ? "session cut" : "no session to cut";
  const refusals = [...(group.value.kind === "refused" ? [group.value.why] : []), ...principals.notes];
  const parts = isContained ? [`${done.containment.join(", ")} requested of AWS`, flag, cut] : [flag, cut];
  const reason = [...(isContained ? [] : refusals), parts.join(", "), ...(isContained ? refusals : [])].join(
    "; ",
  );
  return {
    ...done,
    outcome: { outcome: isContained ? "quarantined" : "not-contained", alarm, reason },
  };
}

const flagOf = (answer: ShadowAnswer) => (answer.kind === "set" ? "shadow set" : answer.why);

/**
 * Tells a thing that is not there, a fact of the fleet, from a group that is not there: a fault that lets every
 * device go, which must come again and at last be seen as a dead letter.
 */
async function whoIsMissing(alarm: Alarm, ports: QuarantinePorts): Promise<Contained> {
  const registered = await attempt("registry", () => ports.isRegistered(alarm.thingName));
  if ("failure" in registered) {
    const reason = `group: not found, the thing or the group; ${registered.failure}; shadow and session not tried`;
    return nothingDone(alarm, "failed", reason);
  }
  const { outcome, reason } = unregistered(alarm);
  return registered.value
    ? nothingDone(
        alarm,
        "failed",
        "group: the Quarantine group is not there (the thing is); shadow and session not tried",
      )
    : nothingDone(alarm, outcome, reason);
}

/** The outcome for a name that the registry does not hold. */
export const unregistered = (alarm: Alarm): AlarmOutcome => ({
  outcome: "unregistered",
  alarm,
  reason: "the registry holds no such thing; no shadow, no session touched",
});
