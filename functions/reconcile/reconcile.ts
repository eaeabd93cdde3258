import { renderAlarm } from "../../lib/detect/render-alarm";
import type { Notice } from "../../lib/notices/notice";
import type { ResponseTable } from "../../lib/responses/response-table";
import type { Correction, ReconcileLedger } from "./ledger";
import { compareMembers } from "./members";
import type { ReconcilePorts } from "./ports";
import { recordOf, type ThingRecord } from "./records";
import { callsForQuarantine, explanationOf, type LastingViolation, sessionNeed } from "./violation";

/** What a run reconciles with. */
export interface ReconcileContext {
  readonly responses: ResponseTable;
  readonly ports: ReconcilePorts;
  readonly ledger: ReconcileLedger;
  /** Name of the Quarantine group. */
  readonly groupName: string;
  /** Tells people and other systems. */
  readonly tell: (notices: readonly Notice[]) => Promise<void>;
}

/** What a run found and did: counts. */
export interface Summary {
  /** Things in the group. */
  readonly members: number;
  /** Lasting violations that call for quarantine. */
  readonly violations: number;
  /** Alarms that were put into the queue. */
  readonly queued: number;
  /** Sessions that were cut again. */
  readonly cut: number;
  /** Records that were corrected: things that left or entered the group by hand, were deleted, or are not contained. */
  readonly corrected: number;
  /** Things that wait for a person. */
  readonly held: number;
  /** Things that are not contained. */
  readonly notContained: number;
}

/** What is counted in the course of a run. */
type Tally = { -readonly [name in keyof Omit<Summary, "held" | "notContained">]: number };

/** Most alarms of one SendMessageBatch. Source: Amazon SQS API Reference, "SendMessageBatch". */
const ALARMS_AT_ONCE = 10;

/**
 * Compares what lasts with what was decided. It acts on no device's group itself: an alarm that is missing goes into the
 * queue, where all that holds for alarms holds for it. A second run at once changes nothing.
 *
 * @throws what AWS refuses: nothing is concluded from a list that is not whole. What was done and told until then stays,
 * and the next run goes on.
 */
export async function reconcile(context: ReconcileContext): Promise<Summary> {
  const { ledger, ports, responses } = context;
  const now = Date.now();
  const members = await ports.members();
  const contained = [
    ...(await ledger.inState("quarantined")),
    ...(await notContainedMembers(ledger, members)),
  ];
  const tally: Tally = { members: members.size, violations: 0, queued: 0, cut: 0, corrected: 0 };
  const found = await compareMembers(members, contained, { ...context, now });
  await correctAndTell(context, found, tally);
  const quarantined = new Map(
    contained.flatMap((record) => (record.state === "quarantined" ? [[record.thingName, record]] : [])),
  );
  for (const profile of Object.keys(responses.profiles)) {
    for await (const page of ports.violations(profile)) {
      const violations = page.filter((violation) => callsForQuarantine(violation, responses));
      tally.violations += violations.length;
      const [inside, outside] = [true, false].map((isIn) =>
        violations.filter(({ thingName }) => members.has(thingName) === isIn),
      );
      await queueMissing(context, outside ?? [], now, tally);
      await watchSessions(context, inside ?? [], { quarantined, now }, tally);
    }
  }
  const [held, notContained] = [await ledger.count("held"), await ledger.count("not-contained")];
  return { ...tally, held, notContained };
}

/** Those that are in the group and yet publish: who leaves it is seen as any other. */
async function notContainedMembers(ledger: ReconcileLedger, members: ReadonlySet<string>) {
  const all = await ledger.inState("not-contained");
  return all.filter(({ containment, thingName }) => containment.includes("group") || members.has(thingName));
}

/** Tells first: what is recorded and not told would never be told. Told twice is who changed meanwhile. */
async function correctAndTell(
  { ledger, tell }: ReconcileContext,
  findings: readonly { correction: Correction; notice?: Notice["kind"] }[],
  tally: Tally,
): Promise<void> {
  const at = Date.now();
  const notices = findings.flatMap(({ correction: { thingName, reason }, notice }) =>
    notice === undefined ? [] : [{ kind: notice, thingName, reason, at }],
  );
  if (notices.length > 0) await tell(notices);
  for (const { correction } of findings) if (await ledger.correct(correction)) tally.corrected += 1;
}

/** A violation that nothing explains, and the claim on its alarm. */
interface Missing extends LastingViolation {
  readonly claim: string;
}

/** A release begins another memory: the violation that it was too early for is the same. */
const claimOf = (violationId: string, { releasedAt }: ThingRecord) =>
  `queued#${violationId}${releasedAt === undefined ? "" : `#${releasedAt}`}`;

/** Puts the alarms of violations that nothing explains into the queue, each once an hour, or since its thing's release. */
async function queueMissing(
  { ledger, ports, responses }: ReconcileContext,
  violations: readonly LastingViolation[],
  now: number,
  tally: Tally,
): Promise<void> {
  const records = await ledger.records(violations.map(({ thingName }) => thingName));
  const missing = violations.flatMap((violation): Missing[] => {
    const record = records.get(violation.thingName) ?? recordOf(violation.thingName);
    const isExplained = explanationOf(violation, record, responses, now) !== undefined;
    return isExplained ? [] : [{ ...violation, claim: claimOf(violation.violationId, record) }];
  });
  for (let start = 0; start < missing.length; start += ALARMS_AT_ONCE) {
    const some = missing.slice(start, start + ALARMS_AT_ONCE);
    tally.queued += await queueAll(await claimAll(some, ledger, ports), ledger, ports);
  }
}

/** Claims alarms; where one cannot be claimed or looked up, none is claimed, and the run fails. */
async function claimAll(
  some: readonly Missing[],
  ledger: ReconcileLedger,
  ports: ReconcilePorts,
): Promise<readonly Missing[]> {
  const answers = await Promise.allSettled(some.map((one) => isClaimed(one, ledger, ports)));
  const claimed = some.filter((_, at) => answers[at]?.status === "fulfilled" && answers[at].value);
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed === undefined) return claimed;
  await Promise.all(claimed.map(({ claim }) => ledger.disclaim(claim)));
  throw failed.reason;
}

/** A client id that is no thing's stays claimed, so that the registry is asked once an hour, too. */
async function isClaimed(
  { claim, thingName }: Missing,
  ledger: ReconcileLedger,
  ports: ReconcilePorts,
): Promise<boolean> {
  if (!(await ledger.claim(claim))) return false;
  return ports.isRegistered(thingName).catch(async (error: unknown) => {
    await ledger.disclaim(claim);
    throw error;
  });
}

/** Queues claimed alarms. What SQS does not take is claimed by nobody then, and the run fails. */
async function queueAll(
  claimed: readonly Missing[],
  ledger: ReconcileLedger,
  ports: ReconcilePorts,
): Promise<number> {
  if (claimed.length === 0) return 0;
  const refused = await ports.queue(claimed.map(alarmOf)).catch(async (error: unknown) => {
    await Promise.all(claimed.map(({ claim }) => ledger.disclaim(claim)));
    throw error;
  });
  const left = claimed.filter((_, at) => refused.includes(at));
  await Promise.all(left.map(({ claim }) => ledger.disclaim(claim)));
  if (left.length > 0) throw new Error(`SQS did not take ${left.length} of ${claimed.length} alarms.`);
  return claimed.length;
}

/** The alarm as Device Defender would send it, of the last datapoint that violated: a release before that is over. */
const alarmOf = ({
  violationId,
  thingName,
  securityProfileName,
  behavior,
  value,
  lastTime,
}: LastingViolation) =>
  renderAlarm({
    ...{ violationId, thingName, securityProfileName, behavior },
    violationEventTime: lastTime,
    violationEventType: "in-alarm",
    ...(value && { metricValue: value }),
  });

/** Cuts off again who publishes after the quarantine, and gives up on who does so for too long. */
async function watchSessions(
  context: ReconcileContext,
  violations: readonly LastingViolation[],
  { quarantined, now }: { readonly quarantined: ReadonlyMap<string, ThingRecord>; readonly now: number },
  tally: Tally,
): Promise<void> {
  const { ledger, ports } = context;
  for (const violation of violations) {
    const { thingName, lastTime, behavior, securityProfileName, violationId } = violation;
    const from = quarantined.get(thingName);
    const need = from?.since === undefined ? "none" : sessionNeed(violation, Date.parse(from.since), now);
    if (from === undefined || need === "none") continue;
    if (need === "cut") {
      // Once a datapoint.
      if (!(await ledger.claim(`cut#${thingName}#${lastTime}`))) continue;
      await ports.cutSession(thingName);
      tally.cut += 1;
      continue;
    }
    const reason = `it publishes on since its quarantine: ${behavior.name} is violated until ${new Date(lastTime).toISOString()}`;
    const about = { thingName, securityProfileName, behaviorName: behavior.name, violationId };
    await context.tell([{ kind: "not-contained", ...about, reason, at: now }]);
    if (await ledger.correct({ thingName, state: "not-contained", reason, from })) tally.corrected += 1;
  }
}
