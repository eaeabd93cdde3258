import { BASE_MS } from "./activity-log";

/** When devices reported, in the base window that is open and the one that ended last. Times are epoch milliseconds. */
export class ReportTimes {
  /** By the beginning of the window, then by thing. */
  readonly #windows = new Map<number, Map<string, number>>();

  /** A device reported. */
  note(thingName: string, now: number): void {
    const start = Math.floor(now / BASE_MS) * BASE_MS;
    for (const old of this.#windows.keys()) if (old < start - BASE_MS) this.#windows.delete(old);
    const window = this.#windows.get(start) ?? new Map<string, number>();
    this.#windows.set(start, window);
    window.set(thingName, now);
  }

  /** When a device reported, at last, in the window that ended then; `undefined` if it did not. */
  in(end: number, thingName: string): number | undefined {
    return this.#windows.get(end - BASE_MS)?.get(thingName);
  }
}
