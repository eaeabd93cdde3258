import { Account, type Call, SERVICES } from "./account";
import { Client, type Retries } from "./client";
import { Timeline } from "./timeline";

/** A storm, and what stands against it. */
export interface Storm {
  /** Alarms of one datapoint, each of another thing. */
  readonly alarms: number;
  /** Things that may be quarantined. */
  readonly limit: number;
  /** Batches that the function works on at a time; by a direct subscription events. */
  readonly concurrency: number;
  readonly retries: Retries;
  /** Whether the topic invokes the function itself, as it did before there was a queue. */
  readonly isDirect: boolean;
}

/** What became of a storm. Seconds from the datapoint. */
export interface StormResult {
  readonly quarantined: number;
  readonly held: number;
  /** When the last alarm was decided. */
  readonly decidedAt: number;
  /** When the last thing was in the group. */
  readonly quarantinedAt: number;
  /** Alarms that were worked on again although they had been done. */
  readonly duplicates: number;
  readonly deadLetters: number;
  /** Alarms that are nowhere. */
  readonly lost: number;
  /** Calls that AWS refused for now. */
  readonly throttled: number;
  /** What the quarantines take at least by the slowest quota of their calls. */
  readonly bound: number;
}

/** The calls of an alarm, in order, as the function makes them: until it has its place, then with it, else without. */
const QUEUED = {
  first: ["DescribeThing", "ledger", "ledger", "ledger"],
  quarantine: [
    ...(["ListActiveViolations", "ledger", "ListThingGroupsForThing", "ledger"] as const),
    ...(["AddThingToThingGroup", "UpdateThingShadow", "DeleteConnection", "ledger", "ledger"] as const),
  ],
  held: ["ledger", "ledger"],
} as const satisfies Record<string, readonly Call[]>;
/** As release 0.2.0 did: no limit, no ledger, no verification. */
const DIRECT = {
  first: [],
  quarantine: ["AddThingToThingGroup", "UpdateThingShadow", "DeleteConnection"],
  held: [],
} as const satisfies Record<string, readonly Call[]>;

/** Of the stack. */
const TIMEOUT = 60;
const VISIBILITY = 6 * TIMEOUT;
const MAX_RECEIVES = 5;
const BATCH = 10;
/** Longest that a call takes, and the part of the time left that it may take. */
const CALL = { longest: 15, share: 1 / 4 };
/** Lambda's, of events and of queues. Sources: docs/aws-facts.md, "SNS, SQS, Lambda". */
const EVENT_RETRIES = [60, 120];
const SCALING = { first: 5, aMinute: 300 };

/** A message that waits. */
interface Message {
  readonly thing: number;
  receives: number;
}

/** Clients of one execution environment, which lives from batch to batch. */
type Environment = Readonly<Record<"iot" | "iotData" | "dynamo", Client>>;

const clientOf = (call: Call): keyof Environment => {
  if (call === "ledger") return "dynamo";
  return call === "UpdateThingShadow" || call === "DeleteConnection" ? "iotData" : "iot";
};

const stepsOf = ({ isDirect }: Storm): Readonly<Record<keyof typeof QUEUED, readonly Call[]>> =>
  isDirect ? DIRECT : QUEUED;

class Simulation {
  readonly time: Timeline;
  readonly account: Account;
  readonly #storm: Storm;
  readonly #idle: Environment[] = [];
  readonly #placed = new Set<number>();
  readonly done = new Map<number, "quarantined" | "held">();
  decidedAt = 0;
  quarantinedAt = 0;
  duplicates = 0;
  deadLetters = 0;

  constructor(storm: Storm, seed: number) {
    this.#storm = storm;
    this.time = new Timeline(seed);
    this.account = new Account(this.time);
  }

  /** Takes messages as Lambda's poller does. */
  async poll(waiting: Message[]): Promise<void> {
    const running = new Set<Promise<void>>();
    const { concurrency, isDirect } = this.#storm;
    let left = waiting.length;
    const retry = async (message: Message) => {
      const wait = isDirect ? EVENT_RETRIES[message.receives - 1] : VISIBILITY;
      if (wait === undefined || (!isDirect && message.receives >= MAX_RECEIVES)) {
        this.deadLetters++;
        left--;
        return;
      }
      await this.time.sleep(wait);
      waiting.push(message);
    };
    while (left > 0) {
      const scaled = SCALING.first + (SCALING.aMinute / 60) * this.time.now;
      const most = isDirect ? concurrency : Math.min(concurrency, Math.floor(scaled));
      while (running.size < most && waiting.length > 0) {
        const batch = waiting.splice(0, isDirect ? 1 : BATCH);
        const work = this.#invoke(batch).then((failed) => {
          running.delete(work);
          left -= batch.length - failed.length;
          for (const message of failed) void retry(message);
        });
        running.add(work);
      }
      await this.time.sleep(0.02);
    }
  }

  async #invoke(batch: readonly Message[]): Promise<readonly Message[]> {
    const environment = this.#idle.pop() ?? this.#start();
    const until = this.time.now + TIMEOUT;
    const failed: Message[] = [];
    for (const message of batch) {
      message.receives++;
      if (!(await this.#respond(message.thing, environment, until))) failed.push(message);
    }
    this.#idle.push(environment);
    return failed;
  }

  #start(): Environment {
    const client = () => new Client(this.time, this.account, this.#storm.retries);
    return { iot: client(), iotData: client(), dynamo: client() };
  }

  async #respond(thing: number, environment: Environment, until: number): Promise<boolean> {
    const steps = stepsOf(this.#storm);
    const all = async (calls: readonly Call[]) => {
      for (const call of calls) {
        const mayTake = Math.min(CALL.longest, (until - this.time.now) * CALL.share);
        if (!(await environment[clientOf(call)].call(call, mayTake))) return false;
        if (call === "AddThingToThingGroup") this.quarantinedAt = this.time.now;
      }
      return true;
    };
    if (this.done.has(thing)) this.duplicates++;
    if (!(await all(steps.first))) return false;
    // One write decides, and finds the place that a thing has.
    const hasPlace = this.#placed.has(thing) || this.#placed.size < this.#storm.limit;
    if (hasPlace) this.#placed.add(thing);
    if (!(await all(hasPlace ? steps.quarantine : steps.held))) return false;
    this.done.set(thing, hasPlace ? "quarantined" : "held");
    this.decidedAt = this.time.now;
    return true;
  }
}

/**
 * Plays a storm against the quotas of an account, in virtual time.
 *
 * @param seed - of the SDK's jitter.
 */
export async function simulate(storm: Storm, seed: number): Promise<StormResult> {
  const simulation = new Simulation(storm, seed);
  const messages = Array.from({ length: storm.alarms }, (_none, thing): Message => ({ thing, receives: 0 }));
  const polled = simulation.poll(messages);
  await simulation.time.run();
  await polled;
  const { account, done, decidedAt, quarantinedAt, duplicates, deadLetters } = simulation;
  const outcomes = [...done.values()];
  const slowest = Math.min(...stepsOf(storm).quarantine.map((call) => SERVICES[call].quota));
  const quarantined = outcomes.filter((outcome) => outcome === "quarantined").length;
  return {
    ...{
      quarantined,
      held: outcomes.length - quarantined,
      decidedAt,
      quarantinedAt,
      duplicates,
      deadLetters,
    },
    lost: storm.alarms - outcomes.length - deadLetters,
    throttled: account.throttled,
    bound: quarantined / slowest,
  };
}
