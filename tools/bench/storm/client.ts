import type { Account, Call } from "./account";
import type { Timeline } from "./timeline";

/**
 * How a call that was throttled is tried again: as the SDK's adaptive mode does by default, or at a steady pace as long as
 * the call may take. Source of the former: AWS SDKs and Tools Reference Guide, "Retry behavior".
 */
export type Retries = "adaptive" | "steady";
const ADAPTIVE = { attempts: 3, base: 0.5, longest: 20 };
const STEADY = { shortest: 0.2, longest: 0.7 };
const CUBIC = { beta: 0.7, scale: 0.4, smooth: 0.8, leastRate: 0.5, leastCapacity: 1, bucketSeconds: 0.5 };

/**
 * How fast a client of adaptive mode may send: as fast as it likes until it is throttled, from then on by a bucket whose
 * rate falls with each throttling and grows again by a cubic function of the time since.
 */
class SendingRate {
  readonly #time: Timeline;
  #isLimited = false;
  #fillRate = 0;
  #capacity = 0;
  #tokens = 0;
  #filledAt = 0;
  #measured = 0;
  #sent = 0;
  #bucketAt = 0;
  #lastMaxRate = 0;
  #throttledAt = 0;

  constructor(time: Timeline) {
    this.#time = time;
  }

  async wait(): Promise<void> {
    if (!this.#isLimited) return;
    this.#fill();
    const missing = 1 - this.#tokens;
    this.#tokens--;
    if (missing > 0) await this.#time.sleep(missing / this.#fillRate);
  }

  answered(isThrottled: boolean): void {
    this.#measure();
    const { beta, scale, leastRate, leastCapacity } = CUBIC;
    const now = this.#time.now;
    let rate: number;
    if (isThrottled) {
      this.#lastMaxRate = this.#isLimited ? Math.min(this.#measured, this.#fillRate) : this.#measured;
      this.#throttledAt = now;
      this.#isLimited = true;
      rate = this.#lastMaxRate * beta;
    } else {
      const window = ((this.#lastMaxRate * (1 - beta)) / scale) ** (1 / 3);
      rate = scale * (now - this.#throttledAt - window) ** 3 + this.#lastMaxRate;
    }
    this.#fill();
    const next = Math.min(rate, 2 * this.#measured);
    this.#fillRate = Math.max(next, leastRate);
    this.#capacity = Math.max(next, leastCapacity);
    this.#tokens = Math.min(this.#tokens, this.#capacity);
  }

  #fill(): void {
    this.#tokens = Math.min(
      this.#capacity,
      this.#tokens + (this.#time.now - this.#filledAt) * this.#fillRate,
    );
    this.#filledAt = this.#time.now;
  }

  #measure(): void {
    const { bucketSeconds, smooth } = CUBIC;
    const bucket = Math.floor(this.#time.now / bucketSeconds) * bucketSeconds;
    this.#sent++;
    if (bucket <= this.#bucketAt) return;
    const current = this.#sent / (bucket - this.#bucketAt);
    this.#measured = current * smooth + this.#measured * (1 - smooth);
    this.#sent = 0;
    this.#bucketAt = bucket;
  }
}

/** An SDK client in one execution environment of the function. */
export class Client {
  readonly #time: Timeline;
  readonly #account: Account;
  readonly #rate: SendingRate | undefined;

  constructor(time: Timeline, account: Account, retries: Retries) {
    this.#time = time;
    this.#account = account;
    this.#rate = retries === "adaptive" ? new SendingRate(time) : undefined;
  }

  /** Makes a call, and tries again as the SDK does; false where it failed at last, or would take longer than it may. */
  async call(name: Call, mayTake: number): Promise<boolean> {
    const until = this.#time.now + mayTake;
    const attempts = this.#rate ? ADAPTIVE.attempts : Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < attempts; attempt++) {
      await this.#rate?.wait();
      if (this.#time.now > until) return false;
      const isDone = await this.#account.answer(name);
      this.#rate?.answered(!isDone);
      if (isDone) return true;
      await this.#time.sleep(this.#backoff(attempt));
    }
    return false;
  }

  #backoff(attempt: number): number {
    const jitter = this.#time.random();
    if (!this.#rate) return STEADY.shortest + jitter * (STEADY.longest - STEADY.shortest);
    return jitter * Math.min(ADAPTIVE.longest, ADAPTIVE.base * 2 ** attempt);
  }
}
