import { VirtualClock } from "../../../../sandbox/clock/virtual-clock";
import { ActivityLog } from "../../../../sandbox/services/detect/activity-log";

const WINDOW = 300_000;

/** What the log has of a device in the base window that ends then. */
const windowOf = (log: ActivityLog, metric: string, end: number) =>
  new Map(log.windows({ metric }, 300, end)).get("d");

/** A clock that stands where a test puts it; no timer fires by itself. */
class SetClock extends VirtualClock {
  at: number;

  constructor() {
    super(0);
    this.at = super.now();
  }

  override now(): number {
    return this.at ?? super.now();
  }
}

describe("an activity log whose clock runs ahead of the end of a window", () => {
  it("counts what happens after the boundary in the next window, though the last one is not closed yet", () => {
    const clock = new SetClock();
    const first = clock.now() + WINDOW;
    const log = new ActivityLog(clock);
    log.messageSent("d", 1, "t");
    clock.at = first + 5;
    log.messageSent("d", 1, "t");
    log.messageSent("d", 1, "t");
    log.close(first, new Map());

    const sent = (end: number) => windowOf(log, "aws:num-messages-sent", end);
    expect(sent(first)).toMatchObject({ total: 1, complete: true });
    log.close(first + WINDOW, new Map());
    expect(sent(first + WINDOW)).toMatchObject({ total: 2 });
  });

  it("knows that a session was open in a window that is closed after the session ended", () => {
    const clock = new SetClock();
    const first = clock.now() + WINDOW;
    const log = new ActivityLog(clock);
    log.sessionOpened("d", "192.0.2.1");
    clock.at = first + WINDOW + 5;
    log.sessionClosed("d");
    for (const end of [first, first + WINDOW, first + 2 * WINDOW, first + 3 * WINDOW])
      log.close(end, new Map());

    const disconnects = [0, 1, 2, 3].map(
      (index) => windowOf(log, "aws:num-disconnects", first + index * WINDOW)?.end,
    );
    expect(disconnects).toEqual([first, first + WINDOW, first + 2 * WINDOW, undefined]);
  });

  it("never counts in a window that is closed", () => {
    const clock = new SetClock();
    const first = clock.now() + WINDOW;
    const log = new ActivityLog(clock);
    log.close(first, new Map());
    log.messageSent("d", 1, "t");
    expect(windowOf(log, "aws:num-messages-sent", first)).toBeUndefined();
    log.close(first + WINDOW, new Map());
    expect(windowOf(log, "aws:num-messages-sent", first + WINDOW)).toBeDefined();
  });
});

describe("a device that is silent for more than two days", () => {
  const DAYS_2 = 48 * 60 * 60_000;
  const needed = (metric: string) => new Map([[metric, 300]]);
  /** A log with a device that sent once, one that is connected, and one that was heard of last, two days later. */
  function silent(metric: string) {
    const clock = new SetClock();
    const log = new ActivityLog(clock);
    log.messageSent("d", 1, "t");
    log.sessionOpened("connected", "192.0.2.1");
    clock.at += DAYS_2;
    log.messageSent("late", 1, "t");
    const end = clock.at + WINDOW;
    log.close(end, needed(metric));
    return { clock, log, end };
  }
  const ids = (log: ActivityLog, end: number) =>
    [...log.windows({ metric: "aws:num-messages-sent" }, 300, end)].map(([clientId]) => clientId);

  it("is forgotten, unlike one that is connected or was heard of since", () => {
    const { log, end } = silent("aws:num-messages-sent");
    expect([ids(log, end), log.deviceCount]).toEqual([["connected", "late"], 2]);
  });

  it("is remembered while anybody asks how long it has been away", () => {
    const { log, end } = silent("aws:disconnect-duration");
    expect(ids(log, end)).toEqual(["d", "connected", "late"]);
  });

  it("leaves nothing to the device that takes its place", () => {
    const { clock, log, end } = silent("aws:num-messages-sent");
    clock.at = end + 1;
    log.messageSent("new", 7, "t");
    log.close(end + WINDOW, new Map());
    const totals = [...log.windows({ metric: "aws:message-byte-size" }, 3600, end + 11 * WINDOW)];
    expect(totals.map(([clientId, window]) => [clientId, window])).toMatchObject([
      ["connected", { total: 0 }],
      ["late", { total: 1 }],
      ["new", { total: 7, samples: 1 }],
    ]);
    expect([...log.windows({ metric: "aws:disconnect-duration" }, 300, end + WINDOW)].at(-1)).toEqual([
      "new",
      undefined,
    ]);
  });
});
