/** Something to be done at a moment of virtual time. */
interface Timer {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => void | Promise<void>;
}

/** Stops a scheduled call; harmless once it has run. */
export type Cancel = () => void;

/** Faster than this, the evaluation of windows itself could not keep up. */
export const MAX_SPEED = 10_000;

/** The longest wait that a Node timer can hold, milliseconds. */
const LONGEST_WALL_WAIT_MS = 2 ** 31 - 1;
const HOUR_MS = 3_600_000;

/**
 * The sandbox's time. It runs `speed` times as fast as the wall clock and can be moved ahead; whatever is
 * due on the way happens in order, and `advance` resolves when all that it caused has settled.
 *
 * Work that takes wall time (a running Lambda) is announced with `track`; while virtual time is being
 * advanced, the clock stands still until that work is done, so that the order of events does not depend
 * on how fast the machine is.
 */
export class VirtualClock {
  #speed: number;
  readonly #onFault: (error: unknown) => void;
  readonly #inFlight = new Set<Promise<unknown>>();
  #timers: Timer[] = [];
  #sequence = 0;
  #virtualBase: number;
  #wallBase = Date.now();
  #frozen = 0;
  #wallTimer: NodeJS.Timeout | undefined;
  #advances: Promise<void> = Promise.resolve();
  #stopped = false;

  /**
   * @param speed - Virtual seconds for each wall second; 0 pauses.
   * @param onFault - Told of an error in something that was due while time ran by itself; `advance` rejects
   * with those of its own.
   */
  constructor(speed: number, onFault: (error: unknown) => void = () => undefined) {
    this.#speed = speed;
    this.#onFault = onFault;
    this.#virtualBase = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  }

  /** Virtual seconds for each wall second. */
  get speed(): number {
    return this.#speed;
  }

  /** Goes on from now at another speed; 0 pauses. */
  changeSpeed(speed: number): void {
    this.#freeze();
    this.#speed = speed;
    this.#thaw();
  }

  /** The virtual time, epoch milliseconds, whole. */
  now(): number {
    if (this.#frozen > 0) return this.#virtualBase;
    return this.#virtualBase + Math.floor((Date.now() - this.#wallBase) * this.#speed);
  }

  /** The virtual time as a Date. */
  date(): Date {
    return new Date(this.now());
  }

  /** Runs something at a moment of virtual time (epoch milliseconds), at once if that has passed. */
  schedule(at: number, run: () => void | Promise<void>): Cancel {
    const timer = { at, run, sequence: this.#sequence++ };
    this.#timers.push(timer);
    this.#timers.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
    this.#armWallTimer();
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Announces work in progress: `advance` waits for it, and for all that it announces in turn. */
  track<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#inFlight.add(settled);
    void settled.then(() => this.#inFlight.delete(settled));
    return work;
  }

  /**
   * Moves virtual time ahead and resolves when everything due by then has settled. Calls queue up.
   *
   * An error in something that was due keeps nothing else from happening: it rejects in the end.
   *
   * @throws RangeError for a negative number, an infinite one, or none.
   */
  advance(milliseconds: number): Promise<void> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
      return Promise.reject(new RangeError(`Time cannot be advanced by ${milliseconds} milliseconds.`));
    }
    const next = this.#advances.then(() => this.#advance(milliseconds));
    this.#advances = next.catch(() => undefined);
    return next;
  }

  /** Resolves when no announced work is left, without moving time. */
  async settle(): Promise<void> {
    do {
      // Packets that peers have already written are read in the next turns of the event loop.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([...this.#inFlight]);
    } while (this.#inFlight.size > 0);
  }

  /** Forgets everything scheduled. */
  clear(): void {
    this.#timers = [];
  }

  /** Forgets everything scheduled and lets the process end. */
  stop(): void {
    this.#stopped = true;
    this.clear();
    clearTimeout(this.#wallTimer);
  }

  async #advance(milliseconds: number): Promise<void> {
    const faults: unknown[] = [];
    this.#freeze();
    const target = this.#virtualBase + milliseconds;
    await this.settle();
    for (let next = this.#timers[0]; next && next.at <= target; next = this.#timers[0]) {
      this.#timers.shift();
      this.#virtualBase = Math.max(this.#virtualBase, next.at);
      try {
        await next.run();
      } catch (fault) {
        faults.push(fault);
      }
      await this.settle();
    }
    this.#virtualBase = target;
    this.#thaw();
    if (faults.length > 0) throw faults[0];
  }

  #freeze(): void {
    this.#virtualBase = this.now();
    this.#frozen++;
  }

  #thaw(): void {
    this.#frozen--;
    this.#wallBase = Date.now();
    this.#armWallTimer();
  }

  /** Wakes up when the next timer is due: while time runs by itself, and for one whose time has passed. */
  #armWallTimer(): void {
    clearTimeout(this.#wallTimer);
    const next = this.#timers[0];
    if (!next || this.#stopped || this.#frozen > 0) return;
    const ahead = Math.max(0, next.at - this.now());
    if (ahead > 0 && this.#speed === 0) return;
    const wait = ahead === 0 ? 0 : Math.ceil(ahead / this.#speed);
    const wake = () => void this.advance(0).catch(this.#onFault);
    this.#wallTimer = setTimeout(wake, Math.min(wait, LONGEST_WALL_WAIT_MS));
  }
}
