import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { VirtualClock } from "../../../sandbox/clock/virtual-clock";

const HOUR = 3_600_000;

describe("a paused clock", () => {
  it("starts at the wall clock's last full hour and stays there", () => {
    const clock = new VirtualClock(0);
    const start = clock.now();
    expect(start % HOUR).toBe(0);
    expect(Date.now() - start).toBeGreaterThanOrEqual(0);
    expect(clock.date()).toEqual(new Date(start));
    expect(clock.speed).toBe(0);
  });

  it("runs what is due in order of time, then in order of scheduling, each at its own moment", async () => {
    const clock = new VirtualClock(0);
    const start = clock.now();
    const seen: string[] = [];
    const note = (name: string) => () => {
      seen.push(`${name}@${clock.now() - start}`);
    };
    clock.schedule(start + 20, note("c"));
    clock.schedule(start + 10, note("a"));
    clock.schedule(start + 10, note("b"));
    clock.schedule(start + 31, note("late"));
    await clock.advance(30);
    expect(seen).toEqual(["a@10", "b@10", "c@20"]);
    expect(clock.now()).toBe(start + 30);
    await clock.advance(1);
    expect(seen.at(-1)).toBe("late@31");
  });

  it("never runs anything before its time or out of order, whatever is scheduled", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(100), { maxLength: 20 }),
        fc.array(fc.nat(60), { minLength: 1, maxLength: 4 }),
        async (delays, steps) => {
          const clock = new VirtualClock(0);
          const start = clock.now();
          const ran: number[] = [];
          for (const delay of delays) {
            clock.schedule(start + 1 + delay, () => {
              expect(clock.now()).toBe(start + 1 + delay);
              ran.push(delay);
            });
          }
          for (const step of steps) await clock.advance(step);
          const end = clock.now() - start;
          const due = delays.filter((delay) => delay + 1 <= end).sort((a, b) => a - b);
          expect(ran).toEqual(due);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("runs what a due call schedules for the time that is being passed", async () => {
    const clock = new VirtualClock(0);
    const start = clock.now();
    const seen: number[] = [];
    const again = () => {
      seen.push(clock.now() - start);
      clock.schedule(clock.now() + 10, again);
    };
    clock.schedule(start + 10, again);
    await clock.advance(35);
    expect(seen).toEqual([10, 20, 30]);
  });

  it("does not run what was cancelled, nor what was cleared", async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    const cancel = clock.schedule(clock.now() + 5, () => void seen.push("cancelled"));
    clock.schedule(clock.now() + 5, () => void seen.push("kept"));
    cancel();
    cancel();
    await clock.advance(10);
    clock.schedule(clock.now() + 5, () => void seen.push("cleared"));
    clock.clear();
    await clock.advance(10);
    expect(seen).toEqual(["kept"]);
  });

  it("waits for tracked work, and for the work that it announces in turn, before time goes on", async () => {
    const clock = new VirtualClock(0);
    const start = clock.now();
    const seen: string[] = [];
    const work = async (name: string, then?: () => void) => {
      for (let turn = 0; turn < 10; turn++) await setImmediate();
      seen.push(`${name}@${clock.now() - start}`);
      then?.();
    };
    clock.schedule(start + 10, () => {
      void clock.track(work("first", () => void clock.track(work("second"))));
    });
    clock.schedule(start + 20, () => void seen.push("next"));
    await clock.advance(30);
    expect(seen).toEqual(["first@10", "second@10", "next"]);
  });

  it("hands tracked work through, and is not stopped by its failure", async () => {
    const clock = new VirtualClock(0);
    await expect(clock.track(Promise.resolve(7))).resolves.toBe(7);
    await expect(clock.track(Promise.reject(new Error("lost")))).rejects.toThrow("lost");
    await clock.advance(5);
    expect(clock.now() % HOUR).toBe(5);
  });

  it("queues advances that are asked for at once", async () => {
    const clock = new VirtualClock(0);
    const start = clock.now();
    const seen: string[] = [];
    clock.schedule(start + 5, () => void seen.push("timer"));
    await Promise.all([
      clock.advance(10).then(() => seen.push(`first@${clock.now() - start}`)),
      clock.advance(10).then(() => seen.push("second")),
    ]);
    expect(seen).toEqual(["timer", "first@10", "second"]);
    expect(clock.now()).toBe(start + 20);
  });

  it("lets the rest happen when something that was due fails, and rejects in the end", async () => {
    const clock = new VirtualClock(0);
    const start = clock.now();
    const seen: string[] = [];
    clock.schedule(start + 1, () => {
      throw new Error("broken");
    });
    clock.schedule(start + 2, () => void seen.push("after"));
    await expect(clock.advance(10)).rejects.toThrow("broken");
    expect(seen).toEqual(["after"]);
    expect(clock.now()).toBe(start + 10);
    await expect(clock.advance(1)).resolves.toBeUndefined();
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses to move by %p", async (milliseconds) => {
    const clock = new VirtualClock(0);
    const start = clock.now();
    await expect(clock.advance(milliseconds)).rejects.toThrow(RangeError);
    expect(clock.now()).toBe(start);
  });

  it("runs at once what is scheduled for a time that has passed", async () => {
    const clock = new VirtualClock(0);
    const ran = new Promise<string>((resolve) => {
      clock.schedule(clock.now() - 1, () => resolve("ran"));
    });
    await expect(ran).resolves.toBe("ran");
  });
});

describe("a running clock", () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Lets wall time pass, then all that it woke up. */
  async function pass(clock: VirtualClock, milliseconds: number): Promise<void> {
    jest.advanceTimersByTime(milliseconds);
    await clock.advance(0);
  }

  it("runs as many times as fast as it is told", () => {
    const clock = new VirtualClock(60);
    const start = clock.now();
    jest.advanceTimersByTime(1500);
    expect(clock.now() - start).toBe(90_000);
  });

  it("runs what is due by itself, not before its time", async () => {
    const clock = new VirtualClock(10);
    const seen: number[] = [];
    const due = clock.now() + 1000;
    clock.schedule(due, () => void seen.push(clock.now()));
    await pass(clock, 99);
    expect(seen).toEqual([]);
    await pass(clock, 1);
    expect(seen).toEqual([due]);
    clock.stop();
  });

  it("goes on from where an advance left it", async () => {
    const clock = new VirtualClock(1);
    const start = clock.now();
    await clock.advance(60_000);
    jest.advanceTimersByTime(250);
    expect(clock.now() - start).toBe(60_250);
  });

  it("changes its speed where it stands, and with it when what is due runs", async () => {
    const clock = new VirtualClock(10);
    const start = clock.now();
    const seen: number[] = [];
    clock.schedule(start + 1000, () => void seen.push(clock.now() - start));
    await pass(clock, 50);
    clock.changeSpeed(0);
    await pass(clock, 1000);
    expect([clock.now() - start, clock.speed, seen]).toEqual([500, 0, []]);
    clock.changeSpeed(500);
    await pass(clock, 1);
    expect(seen).toEqual([1000]);
    clock.stop();
  });

  it("reports what fails while time runs by itself, and goes on", async () => {
    const faults: unknown[] = [];
    const clock = new VirtualClock(1, (fault) => faults.push(fault));
    const seen: string[] = [];
    clock.schedule(clock.now() + 10, () => {
      throw new Error("broken");
    });
    clock.schedule(clock.now() + 20, () => void seen.push("after"));
    await pass(clock, 10);
    await pass(clock, 10);
    expect(faults).toEqual([new Error("broken")]);
    expect(seen).toEqual(["after"]);
    clock.stop();
  });

  it("wakes up no more once it is stopped", async () => {
    const clock = new VirtualClock(1);
    const seen: string[] = [];
    clock.schedule(clock.now() + 10, () => void seen.push("ran"));
    clock.stop();
    clock.schedule(clock.now() + 10, () => void seen.push("ran"));
    jest.advanceTimersByTime(1000);
    expect(jest.getTimerCount()).toBe(0);
    expect(seen).toEqual([]);
  });

  it("holds a wait that is longer than a Node timer can be", async () => {
    const clock = new VirtualClock(1);
    const seen: string[] = [];
    clock.schedule(clock.now() + 2 ** 31 + 5000, () => void seen.push("ran"));
    await pass(clock, 2 ** 31 - 1);
    expect(seen).toEqual([]);
    await pass(clock, 5001);
    expect(seen).toEqual(["ran"]);
    clock.stop();
  });
});
