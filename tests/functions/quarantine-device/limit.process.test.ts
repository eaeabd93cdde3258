import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleFunction } from "../../../infra/bundle";
import { startLedgers } from "../../lib/ledger/test-ledger";
import type { Share, ShareAnswer } from "./limit-worker";

const RUNS = 10;
const INVOCATIONS = 500;
const PROCESSES = 5;
const LIMIT = 25;

let folder: string;
let ledgers: Awaited<ReturnType<typeof startLedgers>>;
let workers: ChildProcess[];

beforeAll(async () => {
  ledgers = await startLedgers();
  folder = await mkdtemp(join(tmpdir(), "limit-"));
  const { code } = await bundleFunction("tests/functions/quarantine-device/limit-worker.ts");
  await writeFile(join(folder, "worker.js"), code);
  const env = {
    AWS_ENDPOINT_URL: ledgers.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  workers = Array.from({ length: PROCESSES }, () => fork(join(folder, "worker.js"), { env }));
});
afterAll(async () => {
  await Promise.all(
    workers.map(async (worker) => {
      const ended = once(worker, "exit");
      worker.disconnect();
      await ended;
    }),
  );
  await ledgers.stop();
  await rm(folder, { recursive: true });
});

/** An alarm as the queue hands it out. */
function eventOf(thing: number) {
  const alarm = {
    violationEventTime: Date.now(),
    thingName: `dev-${thing}`,
    behavior: { name: "B" },
    violationEventType: "in-alarm",
    violationId: `v-${thing}`,
    securityProfileName: "P",
  };
  return { Records: [{ messageId: `m-${thing}`, body: JSON.stringify(alarm) }] };
}

/** Hands a worker its share; a worker that ends instead of answering is told by its exit code. */
async function work(worker: ChildProcess, share: Share): Promise<ShareAnswer> {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(worker, "exit", { signal }).then(([code]) => {
    throw new Error(`the worker ended with ${code}`);
  });
  worker.send(share);
  try {
    return (await Promise.race([once(worker, "message", { signal }), ended]))[0];
  } finally {
    over.abort();
  }
}

test.each(Array.from({ length: RUNS }, (_none, run) => run + 1))(
  "run %d: invocations that overlap in several processes quarantine exactly as many as the limit says, and hold the rest",
  async () => {
    const { tableName } = await ledgers.make();
    // Every alarm comes twice, to two processes.
    const events = Array.from({ length: INVOCATIONS }, (_none, index) => eventOf(index % (INVOCATIONS / 2)));
    const share = INVOCATIONS / PROCESSES;
    const answers = await Promise.all(
      workers.map((worker, at) =>
        work(worker, { tableName, limit: LIMIT, events: events.slice(at * share, (at + 1) * share) }),
      ),
    );
    const outcomes = answers.flatMap((answer) => answer.outcomes);
    const count = (name: string) => outcomes.filter((outcome) => outcome === name).length;
    expect(new Set(answers.flatMap(({ quarantined }) => quarantined)).size).toBe(LIMIT);
    expect([count("quarantined"), count("held")]).toEqual([2 * LIMIT, INVOCATIONS - 2 * LIMIT]);
  },
);
