/** Work to be done at a moment. */
interface Due {
  readonly at: number;
  readonly sequence: number;
  readonly wake: () => void;
}

/** Time that passes only when all that can be done at a moment is done. Seconds from 0. */
export class Timeline {
  now = 0;
  readonly #due: Due[] = [];
  #sequence = 0;
  #seed: number;

  /** @param seed - Of {@link random}: the same one gives the same run. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A number from 0 up to 1. Source: "mulberry32", a generator in the public domain. */
  random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Resolves so many seconds later. */
  sleep(seconds: number): Promise<void> {
    return new Promise((wake) => this.#push({ at: this.now + seconds, sequence: this.#sequence++, wake }));
  }

  /** Lets time pass until nothing is due any more. */
  async run(): Promise<void> {
    await settled();
    for (let due = this.#pop(); due; due = this.#pop()) {
      this.now = due.at;
      due.wake();
      await settled();
    }
  }

  /** A binary heap: a storm has a hundred thousand calls. */
  #push(due: Due): void {
    let at = this.#due.push(due) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isSooner(due, this.#due[above] as Due)) break;
      this.#due[at] = this.#due[above] as Due;
      at = above;
    }
    this.#due[at] = due;
  }

  #pop(): Due | undefined {
    const [first] = this.#due;
    const last = this.#due.pop();
    if (first === undefined || last === undefined || first === last) return first;
    let at = 0;
    for (let below = 1; below < this.#due.length; below = 2 * at + 1) {
      const right = this.#due[below + 1];
      const next = right && isSooner(right, this.#due[below] as Due) ? below + 1 : below;
      if (!isSooner(this.#due[next] as Due, last)) break;
      this.#due[at] = this.#due[next] as Due;
      at = next;
    }
    this.#due[at] = last;
    return first;
  }
}

const isSooner = (one: Due, other: Due) =>
  one.at < other.at || (one.at === other.at && one.sequence < other.sequence);

/** All that the last moment caused has been done. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
