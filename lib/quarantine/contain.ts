import type { AlarmOutcome } from "./outcome";
import type { Alarm } from "./parse";

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

type Attempt<T> = { readonly value: T } | { readonly failure: string };

/**
 * Quarantines a thing: group, then shadow, then connection. Never rejects.
 *
 * The group comes first because it alone fails for a name that is not in the registry: a shadow would be
 * made for it (AWS IoT Developer Guide, "Device Shadow service", `UpdateThingShadow` creates what is not
 * there), and a session of somebody else might be cut. A shadow that fails does not keep the session alive,
 * and one that can never be set does not make a failure of what the group has fenced.
 *
 * @param alarm - an alarm that `decide` found to call for quarantine
 * @param ports - the calls to AWS
 */
export async function quarantine(alarm: Alarm, ports: QuarantinePorts): Promise<AlarmOutcome> {
  const { thingName } = alarm;
  const group = await attempt("group", () => ports.addToGroup(thingName));
  if ("failure" in group) {
    return { outcome: "failed", alarm, reason: `${group.failure}; shadow and session not tried` };
  }
  if (group.value.kind === "not-found") {
    return whoIsMissing(alarm, ports);
  }
  const shadow = await attempt("shadow", () => ports.setShadow(thingName));
  const session = await attempt("session", () => ports.cutSession(thingName));
  if ("failure" in shadow || "failure" in session) {
    const failures = [shadow, session].flatMap((step) => ("failure" in step ? [step.failure] : []));
    return { outcome: "failed", alarm, reason: failures.join("; ") };
  }
  const flag = shadow.value.kind === "refused" ? shadow.value.why : undefined;
  const cut = session.value === "cut" ? "session cut" : "no session to cut";
  if (group.value.kind === "refused") {
    const reason = `${group.value.why}; ${flag ?? "shadow set"}, ${cut}`;
    return { outcome: "not-quarantinable", alarm, reason };
  }
  const requested =
    flag === undefined ? "group and shadow requested of AWS" : `group requested of AWS, ${flag}`;
  return { outcome: "quarantined", alarm, reason: `${requested}, ${cut}` };
}

/**
 * Tells a thing that is not there, a fact of the fleet, from a group that is not there: a fault that lets every
 * device go, which must come again and at last be seen as a dead letter.
 */
async function whoIsMissing(alarm: Alarm, ports: QuarantinePorts): Promise<AlarmOutcome> {
  const registered = await attempt("registry", () => ports.isRegistered(alarm.thingName));
  if ("failure" in registered) {
    const reason = `group: not found, the thing or the group; ${registered.failure}; shadow and session not tried`;
    return { outcome: "failed", alarm, reason };
  }
  return registered.value
    ? {
        outcome: "failed",
        alarm,
        reason: "group: the Quarantine group is not there (the thing is); shadow and session not tried",
      }
    : unregistered(alarm);
}

/** The outcome for a name that the registry does not hold. */
export const unregistered = (alarm: Alarm): AlarmOutcome => ({
  outcome: "unregistered",
  alarm,
  reason: "the registry holds no such thing; no shadow, no session touched",
});

/**
 * Makes a call that may fail. Never rejects.
 *
 * @param step - what the call is for, for the reason of the outcome
 * @param call - rejects with the SDK's error
 */
export async function attempt<T>(step: string, call: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    return { failure: `${step}: ${nameOf(error)}` };
  }
}

/**
 * An error by its class and AWS's request id. Not by its message: that of a signature error quotes the signed
 * headers, and with them the session token.
 */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return `a thrown ${typeof error}`;
  }
  const { code, $metadata } = error as {
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  };
  const details = [
    typeof code === "string" ? code : undefined,
    $metadata?.httpStatusCode === undefined ? undefined : `HTTP ${$metadata.httpStatusCode}`,
    $metadata?.requestId === undefined ? undefined : `request ${$metadata.requestId}`,
  ].filter((detail) => detail !== undefined);
  return details.length === 0 ? error.name : `${error.name} (${details.join(", ")})`;
}
