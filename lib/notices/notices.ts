import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { attempt } from "../aws/attempt";
import { chunksOf } from "../chunks";
import { writing } from "../ledger/condition";
import { makeChannels, type NoticesArgs, reportFailure } from "./channels";
import { detailOf, type EventDetail } from "./event";
import { messageOf } from "./message";
import type { NoticePorts } from "./notice";
import { keep, takeTurn, type Untold } from "./untold";

/** Writes at a time. */
const AT_ONCE = 25;

/** The details in groups of one key, in the order in which the first of each comes. */
function groupsOf(details: readonly EventDetail[], keyOf: (detail: EventDetail) => string) {
  const groups = new Map<string, EventDetail[]>();
  for (const detail of details) {
    const key = keyOf(detail);
    groups.set(key, [...(groups.get(key) ?? []), detail]);
  }
  return [...groups.values()];
}

/**
 * Makes what tells people and other systems. It never rejects, so that a notice that fails neither undoes nor repeats what
 * it tells of: what SNS or EventBridge does not take waits in the ledger for the next digest, and what cannot even wait
 * there is told to `failed`.
 */
export function makeNotices(args: NoticesArgs): NoticePorts {
  const { tableName, stack, failed = reportFailure, now = Date.now } = args;
  const channels = makeChannels(args);
  const write = writing(args);
  const put = (command: PutItemCommand) => attempt("ledger", () => write(command));

  /**
   * Those whose turn it is to be told at once. Whoever cannot ask has no turn: a storm must not become one of messages
   * because the ledger is slow.
   */
  const takeTurns = async (details: readonly EventDetail[]) => {
    const groups = groupsOf(details, (detail) =>
      JSON.stringify([detail.kind, detail.securityProfileName, detail.behaviorName]),
    );
    const turns = await Promise.all(
      groups.map(async (group) => {
        const [first] = group;
        if (first === undefined) return [];
        const turn = await put(new PutItemCommand(takeTurn(tableName, first, now())));
        if ("failure" in turn) failed(`${first.kind} not told at once: ${turn.failure}`);
        return "value" in turn && turn.value ? group : [];
      }),
    );
    return turns.flat();
  };

  const keepAll = async (untold: readonly Untold[]) => {
    const failures: string[] = [];
    for (const chunk of chunksOf(untold, AT_ONCE)) {
      const puts = await Promise.all(
        chunk.map((one) => put(new PutItemCommand(keep(tableName, one, now())))),
      );
      failures.push(...puts.flatMap((kept) => ("failure" in kept ? [kept.failure] : [])));
    }
    if (failures.length > 0) failed(`${failures.length} notices LOST, told to nobody: ${failures[0]}`);
  };

  return {
    async tell(notices) {
      const details = notices.map((notice) => detailOf(notice, stack));
      const systems = await channels.putEvents(details);
      const people = new Set(details);
      for (const group of groupsOf(await takeTurns(details), ({ kind }) => kind)) {
        const [first] = group;
        if (first === undefined || !(await channels.publish(messageOf(stack, group), first.kind))) continue;
        for (const detail of group) people.delete(detail);
      }
      await keepAll([
        ...[...people].map((detail) => ({ whom: "people", detail }) as const),
        ...systems.map((detail) => ({ whom: "systems", detail }) as const),
      ]);
    },
  };
}
