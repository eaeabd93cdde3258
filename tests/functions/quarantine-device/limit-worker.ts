// The function in a process of its own, with a fleet in memory and the ledger that all share. Its calls have all the time
// that there is: a busy machine must not judge. Each message names a table, and has events that are handled at a time.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { handleEvent } from "../../../functions/quarantine-device/handle-event";
import { makeLedger } from "../../../lib/ledger/ledger";
import { fakePorts, NAMES } from "../../lib/quarantine/fakes";

/** What a worker is told. */
export interface Share {
  readonly tableName: string;
  readonly limit: number;
  readonly events: readonly object[];
}

/** What it answers. */
export interface ShareAnswer {
  /** Outcomes, in the order in which they came. */
  readonly outcomes: readonly string[];
  /** Things that were put into the group. */
  readonly quarantined: readonly string[];
}

// As many connections as there are events: the calls must overlap in DynamoDB, not wait here.
const dynamo = new DynamoDBClient({ requestHandler: { httpAgent: { maxSockets: 100 } } });

async function work({ tableName, limit, events }: Share): Promise<ShareAnswer> {
  const { ports, calls } = fakePorts();
  const outcomes: string[] = [];
  const context = {
    ...NAMES,
    ports,
    now: Date.now,
    responses: {
      version: 2,
      profiles: { P: { B: "quarantine" } },
      quarantineLimitPerHour: limit,
      alarmMaxAgeMinutes: 30,
      containment: ["group"],
      exempt: [],
    },
    ledger: makeLedger({ dynamo, tableName, callTimeoutMs: () => 600_000 }),
  } as const;
  const report = ({ outcome }: { readonly outcome: string }) => void outcomes.push(outcome);
  let waiting = events;
  while (waiting.length > 0) {
    const answers = await Promise.all(
      waiting.map((event) => handleEvent(event, context, report, () => Promise.resolve())),
    );
    // What failed comes again, as from the queue: a connection may be lost when five hundred calls overlap.
    waiting = waiting.filter((_event, at) => answers[at]?.batchItemFailures.length !== 0);
  }
  const quarantined = calls.flatMap((call) => (call.startsWith("group ") ? [call.slice(6)] : []));
  return { outcomes, quarantined };
}

process.on("message", (share: Share) => {
  work(share).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      process.stderr.write(`${(error as Error)?.stack ?? error}\n`);
      process.exit(1);
    },
  );
});
