import { attempt } from "../aws/attempt";
import type { LedgerReader, ThingRecord } from "../ledger/read";
import type { PersonsAct, ReleaseLedger } from "../ledger/release";
import type { EvidencePorts } from "./evidence";
import type { UndoPorts, UnflagAnswer } from "./undo";

/** What a release is made with. */
export interface ReleaseContext {
  /** Name of the Quarantine thing group, as it is now. */
  readonly groupName: string;
  /** Name of the restrictive policy, as it is now. */
  readonly policyName: string;
  /** The calls to AWS IoT. */
  readonly ports: UndoPorts & Pick<EvidencePorts, "directGroupsOf">;
  /** What is remembered. */
  readonly ledger: ReleaseLedger & Pick<LedgerReader, "thing">;
}

/** What came of releasing a thing. */
export interface Released {
  readonly thingName: string;
  /**
   * - `released`: everything is undone.
   * - `not-in-quarantine`: there was nothing to undo, but perhaps the shadow's flag.
   * - `held`: it waits for somebody's decision, and is not in quarantine.
   * - `failed`: something is not undone; another run completes it.
   */
  readonly outcome: "released" | "not-in-quarantine" | "held" | "failed";
  /** What was done, in words for a person. */
  readonly done: readonly string[];
  /** What is to be known. */
  readonly notes: readonly string[];
  /** What failed, by its step. */
  readonly failures: readonly string[];
  /** What the ledger knew of it before. */
  readonly record?: ThingRecord;
}

/** States in which something may have been done to a device. */
const ACTED_ON: readonly (string | undefined)[] = ["quarantined", "not-contained"];

const wasActedOn = ({ state, evidenceAt, releasedAt, ...record }: ThingRecord) =>
  ACTED_ON.includes(state) ||
  record.policyAttachedTo.length + record.deactivatedCertificates.length > 0 ||
  // Begun, and cut off before it was recorded.
  (evidenceAt !== undefined && (releasedAt === undefined || evidenceAt > releasedAt));

const FLAG: Readonly<Record<UnflagAnswer, { readonly done?: string; readonly note?: string }>> = {
  none: {},
  told: {
    done: "shadow says false",
    note: "the shadow's flag is removed by the next run after the device has reported `quarantine: false`",
  },
  removed: { done: "shadow flag removed" },
};

/**
 * Releases a thing: undoes what the ledger says was done, and what the group says where the ledger does not know the
 * thing. Never rejects; what failed or was cut off is completed by another run.
 *
 * That a release begins is written first, so that an alarm that comes again meanwhile does not quarantine anew; what was
 * done stays remembered until all of it is undone. The group is left last: until then the device is fenced.
 */
export async function release(act: PersonsAct, context: ReleaseContext): Promise<Released> {
  const { groupName, ports, ledger } = context;
  const { thingName } = act;
  const nothing = { thingName, done: [], notes: [], failures: [] };
  const known = await attempt("ledger", () => ledger.thing(thingName));
  if ("failure" in known) return { ...nothing, outcome: "failed", failures: [known.failure] };
  const groups = await attempt("groups", () => ports.directGroupsOf(thingName));
  if ("failure" in groups) return { ...nothing, outcome: "failed", failures: [groups.failure] };
  const record = known.value;
  const ours = new Set([groupName, record?.groupName]);
  const inGroups = groups.value.filter((group) => ours.has(group));
  if (inGroups.length === 0 && !(record && wasActedOn(record))) {
    if (record?.state === "held") {
      return { ...nothing, outcome: "held", notes: ["it is held, not in quarantine: approve or reject it"] };
    }
    const flag = await unflag(thingName, ports);
    return { ...nothing, ...flag, outcome: flag.failures.length > 0 ? "failed" : "not-in-quarantine" };
  }
  const begun = await attempt("ledger", () => ledger.begin(act));
  if ("failure" in begun) {
    return { ...nothing, outcome: "failed", failures: [`${begun.failure}; nothing was undone`] };
  }
  const undone = await undo(thingName, record, inGroups, context);
  const remembered = record === undefined ? {} : { record };
  if (undone.failures.length > 0) return { thingName, ...undone, ...remembered, outcome: "failed" };
  const ended = await end(act, record, ledger);
  return {
    ...{ thingName, ...undone, ...remembered, failures: ended },
    outcome: ended.length === 0 ? "released" : "failed",
  };
}

type Steps = Pick<Released, "done" | "notes" | "failures">;

async function unflag(thingName: string, ports: UndoPorts): Promise<Steps> {
  const answer = await attempt("shadow", () => ports.unflag(thingName));
  if ("failure" in answer) return { done: [], notes: [], failures: [answer.failure] };
  const { done, note } = FLAG[answer.value];
  return { done: done ? [done] : [], notes: note ? [note] : [], failures: [] };
}

async function undo(
  thingName: string,
  record: ThingRecord | undefined,
  inGroups: readonly string[],
  { policyName, ports }: ReleaseContext,
): Promise<Steps> {
  const done: string[] = [];
  const notes: string[] = [];
  const failures: string[] = [];
  const step = async <T>(name: string, what: string, call: () => Promise<T>): Promise<T | undefined> => {
    const answer = await attempt(name, call);
    if ("failure" in answer) failures.push(`${what}: ${answer.failure}`);
    return "value" in answer ? answer.value : undefined;
  };
  for (const principal of record?.policyAttachedTo ?? []) {
    const policy = record?.policyName ?? policyName;
    await step("principal", shortOf(principal), () => ports.detachPolicy(policy, principal));
  }
  if (record?.policyAttachedTo.length) done.push("restrictive policy detached");
  for (const certificate of record?.deactivatedCertificates ?? []) {
    const left = await step("reactivate", shortOf(certificate), () => ports.reactivate(certificate));
    // What a try before this one reactivated is ACTIVE.
    if (left === undefined || left === "ACTIVE") done.push(`${shortOf(certificate)} active`);
    else notes.push(`${shortOf(certificate)} is ${left} and was left so`);
  }
  for (const group of inGroups) {
    await step("group", group, () => ports.leaveGroup(thingName, group));
    done.push(`group ${group} left`);
  }
  // While it is still fenced, nothing may tell it that it is not.
  if (failures.length > 0) return { done: [], notes, failures };
  const flag = await unflag(thingName, ports);
  return { done: [...done, ...flag.done], notes: [...notes, ...flag.notes], failures: flag.failures };
}

const shortOf = (principal: string) =>
  principal.includes(":cert/") ? `certificate ${principal.split("/").at(-1)?.slice(0, 8)}` : principal;

async function end(
  act: PersonsAct,
  record: ThingRecord | undefined,
  ledger: ReleaseLedger,
): Promise<string[]> {
  const { securityProfileName, behaviorName, violationId, evidence } = record ?? {};
  const details = {
    ...(securityProfileName !== undefined && { securityProfileName }),
    ...(behaviorName !== undefined && { behaviorName }),
    ...(violationId !== undefined && { violationId }),
    ...(evidence !== undefined && { evidence }),
  };
  const undone = {
    policyDetachedFrom: record?.policyAttachedTo ?? [],
    reactivatedCertificates: record?.deactivatedCertificates ?? [],
  };
  const noted = await attempt("ledger", () => ledger.note(act, "released", details));
  if ("failure" in noted) return [noted.failure];
  const ended = await attempt("ledger", () => ledger.end(act, undone));
  if ("failure" in ended) return [ended.failure];
  return ended.value ? [] : ["it was quarantined anew, or released by somebody else, meanwhile: look at it"];
}
