import {
  type AttributeValue,
  DeleteItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { attempt } from "../aws/attempt";
import { sendInTime } from "../aws/in-time";
import { chunksOf } from "../chunks";
import { conditionHeld } from "../ledger/condition";
import { makeChannels, type NoticesArgs, reportFailure } from "./channels";
import { digestOf } from "./message";
import { beginDigest, endDigest, forget, type Untold, untoldOf, type Whom, waiting } from "./untold";

/** Most that one digest counts; the rest waits for the next. */
const MOST = 10_000;

/** Deletions at a time. */
const AT_ONCE = 25;

/** The ledger's part of a digest; each call rejects with the SDK's error. */
function ledgerOf({ dynamo, tableName, callTimeoutMs, now = Date.now }: NoticesArgs) {
  const send = sendInTime(dynamo, callTimeoutMs);
  return {
    begin: () => conditionHeld(send(new UpdateItemCommand(beginDigest(tableName, now())))),
    end: () => send(new UpdateItemCommand(endDigest(tableName))),
    async read(): Promise<readonly Untold[]> {
      const found: Untold[] = [];
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await send(new QueryCommand({ ...waiting(tableName, now()), ExclusiveStartKey }));
        found.push(...(page.Items ?? []).map(untoldOf));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined && found.length < MOST);
      return found;
    },
    async forget(untold: readonly Untold[]) {
      for (const chunk of chunksOf(untold, AT_ONCE)) {
        await Promise.all(chunk.map((one) => send(new DeleteItemCommand(forget(tableName, one)))));
      }
    },
  };
}

/**
 * Sends people one message of all that they were not told at once, counted by kind and behavior, and other systems the
 * events that they could not be sent. Never rejects: what fails waits for the next digest. A notice is forgotten after it
 * was told, so that a digest that ends in between is told again, and nothing is lost. One at a time: while another makes
 * one, nothing is done.
 *
 * @returns how many notices the message counts; 0 where none was sent
 */
export async function tellDigest(args: NoticesArgs): Promise<number> {
  const { failed = reportFailure } = args;
  const ledger = ledgerOf(args);
  const done = await attempt("ledger", async () => {
    if (!(await ledger.begin())) return 0;
    try {
      return await sendWaiting(args, ledger);
    } finally {
      await ledger.end();
    }
  });
  if ("value" in done) return done.value;
  failed(`digest not complete, the next one tries again: ${done.failure}`);
  return 0;
}

async function sendWaiting(args: NoticesArgs, ledger: ReturnType<typeof ledgerOf>): Promise<number> {
  const channels = makeChannels(args);
  const untold = await ledger.read();
  const detailsOf = (whom: Whom) => untold.flatMap((one) => (one.whom === whom ? [one.detail] : []));
  const refused = new Set(await channels.putEvents(detailsOf("systems")));
  await ledger.forget(untold.filter(({ whom, detail }) => whom === "systems" && !refused.has(detail)));
  const people = detailsOf("people");
  if (people.length === 0 || !(await channels.publish(digestOf(args.stack, people), "digest"))) return 0;
  await ledger.forget(untold.filter(({ whom }) => whom === "people"));
  return people.length;
}
