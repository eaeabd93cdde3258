import type { Timeline } from "./timeline";

/** A call that an alarm leads to. */
export type Call =
  | "ledger"
  | "DescribeThing"
  | "ListActiveViolations"
  | "ListThingGroupsForThing"
  | "AddThingToThingGroup"
  | "UpdateThingShadow"
  | "DeleteConnection";

/** How AWS answers a call. */
interface Service {
  /** Calls a second that an account and region may make. */
  readonly quota: number;
  /** Seconds until it answers: assumed, not measured. */
  readonly seconds: number;
}

/**
 * Source of the quotas: AWS General Reference, "AWS IoT Core endpoints and quotas" and "AWS IoT Device Defender endpoints
 * and quotas", the defaults; shadows as in most regions (4,000 in the largest). AWS publishes none for DeleteConnection:
 * that of the group is taken. An on-demand table takes some thousand writes a second at once.
 */
export const SERVICES: Readonly<Record<Call, Service>> = {
  ledger: { quota: 4000, seconds: 0.01 },
  DescribeThing: { quota: 350, seconds: 0.05 },
  ListActiveViolations: { quota: 10, seconds: 0.1 },
  ListThingGroupsForThing: { quota: 100, seconds: 0.05 },
  AddThingToThingGroup: { quota: 100, seconds: 0.1 },
  UpdateThingShadow: { quota: 400, seconds: 0.05 },
  DeleteConnection: { quota: 100, seconds: 0.05 },
};

/** An account: each call has a bucket that holds a second's worth and fills at the rate of its quota. */
export class Account {
  /** Calls that it refused for now. */
  throttled = 0;
  readonly #time: Timeline;
  readonly #buckets = new Map<Call, { tokens: number; at: number }>();

  constructor(time: Timeline) {
    this.#time = time;
  }

  /** Answers a call: false where it was throttled. */
  async answer(call: Call): Promise<boolean> {
    const { quota, seconds } = SERVICES[call];
    const bucket = this.#buckets.get(call) ?? { tokens: quota, at: 0 };
    this.#buckets.set(call, bucket);
    bucket.tokens = Math.min(quota, bucket.tokens + (this.#time.now - bucket.at) * quota);
    bucket.at = this.#time.now;
    const isTaken = bucket.tokens >= 1;
    if (isTaken) bucket.tokens--;
    else this.throttled++;
    await this.#time.sleep(seconds);
    return isTaken;
  }
}
