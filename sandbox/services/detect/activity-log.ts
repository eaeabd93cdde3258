import type { DurationSeconds, MetricValue } from "../../../lib/detect/behavior";
import { amountOf } from "../../../lib/detect/compare";
import type { MetricWindow } from "../../../lib/detect/windows";
import type { VirtualClock } from "../../clock/virtual-clock";
import type { DeviceActivity } from "../../mqtt/device-activity";
import { type Amounts, addObserved, EventAmounts, Marks, NumberAmounts } from "./amounts";
import { DeviceSessions } from "./device-sessions";
import type { TopicScope } from "./metric-uses";
import { REMEMBERED_MS } from "./report-order";
import { type ScopedSeries, seriesOf } from "./topic-scopes";
import { united } from "./united";

/** Length of the windows that everything is counted in, milliseconds. */
export const BASE_MS = 300_000;
/** The longest window that a behavior can ask for, milliseconds. */
const LONGEST_MS = 3_600_000;

/** The metrics that the broker's reports tell, and what is added up of each. */
const METRICS: Readonly<Record<string, new () => Amounts>> = {
  "aws:num-messages-sent": EventAmounts,
  "aws:num-messages-received": EventAmounts,
  "aws:message-byte-size": NumberAmounts,
  "aws:num-authorization-failures": EventAmounts,
  "aws:num-connection-attempts": EventAmounts,
  "aws:num-disconnects": EventAmounts,
};

/** A window in which nothing was counted yet. */
const COUNTED = { kind: "amount" as const, complete: true, samples: 0, total: 0, least: 0, most: 0 };

const isCounted = (metric = "") => Object.hasOwn(METRICS, metric);

/** Metric of how long a device has been away. */
export const ABSENCE = "aws:disconnect-duration";
const ADDRESS = "aws:source-ip-address";

/** Of the series of a dimension's topics that anybody watches, those that a topic of a device counts for. */
type ScopesOf = (clientId: string, topic: string) => readonly ScopedSeries[];

/** What was seen in one base window, by series and row. */
interface BaseWindow {
  /** Who had a session that ended or began in it, or any traffic. */
  readonly present: Marks;
  readonly amounts: Map<string, Amounts>;
  readonly lists: Map<string, Map<number, MetricValue>>;
}

/**
 * What each device did, in aligned base windows of 300 s of virtual time.
 *
 * A device that had an open session at any time of a window, or any traffic in it, has counters there, 0 where
 * nothing happened; one with neither has none. (Which devices get zeros on AWS is not documented: assumed.)
 * Assumed as well: the message size counts what a device sends, every end of a session is a disconnect, and with a
 * dimension a source address is one from which the device acted on such a topic.
 *
 * A closed window is the same whoever reads it when, whatever happens meanwhile.
 */
export class ActivityLog implements DeviceActivity {
  readonly #clock: VirtualClock;
  readonly #scopesOf: ScopesOf;
  /** By end. */
  readonly #windows = new Map<number, BaseWindow>();
  readonly #sessions = new DeviceSessions();
  #closedUpTo: number;

  constructor(clock: VirtualClock, scopesOf: ScopesOf = () => []) {
    this.#clock = clock;
    this.#scopesOf = scopesOf;
    this.#closedUpTo = Math.floor(clock.now() / BASE_MS) * BASE_MS;
  }

  connectionAttempted(clientId: string): void {
    this.#count(clientId, "aws:num-connection-attempts");
  }

  sessionOpened(clientId: string, ipAddress: string): void {
    this.#keepAddress(clientId);
    const row = this.#sessions.open(clientId, ipAddress, this.#clock.now());
    if (row === undefined) return;
    this.#window(this.#currentEnd()).present.set(row);
    this.observed(clientId, ADDRESS, { cidrs: [ipAddress] });
  }

  sessionClosed(clientId: string): void {
    const session = this.#sessions.of(clientId);
    if (session === undefined) return;
    this.#keepAddress(clientId);
    this.#count(clientId, "aws:num-disconnects");
    const last = this.#currentEnd();
    for (let end = Math.max(endAfter(session.since), last - LONGEST_MS); end < last; end += BASE_MS)
      this.#window(end).present.set(session.row);
    this.#sessions.close(clientId, this.#clock.now());
  }

  messageSent(clientId: string, bytes: number, topic: string): void {
    const scopes = this.#acted(clientId, topic);
    this.#count(clientId, "aws:num-messages-sent", 1, scopes);
    this.#count(clientId, "aws:message-byte-size", bytes, scopes);
  }

  messageReceived(clientId: string, _bytes: number, topic: string): void {
    this.#count(clientId, "aws:num-messages-received", 1, this.#acted(clientId, topic));
  }

  authorizationFailed(clientId: string, topic?: string): void {
    const scopes = topic === undefined ? [] : this.#acted(clientId, topic);
    this.#count(clientId, "aws:num-authorization-failures", 1, scopes);
  }

  /** A value that was seen, or reported, now. */
  observed(clientId: string, series: string, value: MetricValue, end = this.#currentEnd()): void {
    const row = this.#sessions.rowOf(clientId, this.#clock.now());
    if (row === undefined) return;
    const { amounts, lists } = this.#window(end);
    const amount = amountOf(value);
    if (amount !== undefined) {
      added(amounts, series, NumberAmounts).add(row, amount);
    } else {
      const ofSeries = lists.get(series) ?? new Map<number, MetricValue>();
      lists.set(series, ofSeries);
      ofSeries.set(row, united(ofSeries.get(row), value));
    }
  }

  /**
   * Ends the base window that ends then (epoch milliseconds), and forgets what no longer window needs.
   *
   * @param needed - Seconds that each reported series is needed for; lists have no longer windows (API Reference,
   * `BehaviorCriteria`), and what the broker counts is kept for a behavior that is yet to come. While an absence is
   * needed, so is who is away.
   */
  close(end: number, needed: ReadonlyMap<string, number>): void {
    this.#closedUpTo = end;
    if (!needed.has(ABSENCE)) this.#sessions.forget(end - REMEMBERED_MS);
    for (const [old, { amounts, lists }] of this.#windows) {
      if (old <= end - LONGEST_MS) this.#windows.delete(old);
      if (old < end) lists.clear();
      for (const series of amounts.keys()) {
        if (!isCounted(series.split(" ", 1)[0]) && old <= end - (needed.get(series) ?? 0) * 1000)
          amounts.delete(series);
      }
    }
  }

  /** How many devices are remembered. */
  get deviceCount(): number {
    return this.#sessions.size;
  }

  /**
   * One series of every device, with its client id, in a window of closed base windows; `undefined` for a device that
   * was not there, so that a fleet that is away is no single step.
   */
  *windows(
    {
      metric,
      metricDimension,
    }: { readonly metric: string; readonly metricDimension?: TopicScope | undefined },
    durationSeconds: DurationSeconds,
    end: number,
  ): Generator<[clientId: string, window: MetricWindow | undefined]> {
    const series = seriesOf(metric, metricDimension);
    const bases: BaseWindow[] = [];
    for (let at = end - durationSeconds * 1000 + BASE_MS; at <= end; at += BASE_MS)
      bases.push(this.#window(at));
    // Nobody counts in a closed window any more.
    const counters = bases.flatMap(({ amounts }) => amounts.get(series) ?? []);
    const isPresent = (row: number) =>
      isCounted(metric) &&
      (this.#sessions.wasOpen(row, end) || bases.some(({ present }) => present.has(row)));
    for (const [row, clientId] of this.#sessions.names()) {
      const window = { ...COUNTED, durationSeconds, end };
      for (const counter of counters) counter.addTo(window, row);
      const seconds = metric === ABSENCE ? this.#sessions.absence(row, end) : undefined;
      if (seconds !== undefined) addObserved(window, 1, seconds, seconds, seconds);
      yield [clientId, window.samples > 0 || isPresent(row) ? window : this.#listed(series, row, end)];
    }
  }

  /** What was listed in the last base window: lists have no longer ones. */
  #listed(series: string, row: number, end: number): MetricWindow | undefined {
    const listed = this.#windows.get(end)?.lists.get(series)?.get(row);
    // Who is connected is at an address, also long after the connect (assumed).
    const address = series === ADDRESS ? this.#sessions.addressAt(row, end) : undefined;
    const elements = address === undefined ? listed : united(listed, { cidrs: [address] });
    return elements && { kind: "set", durationSeconds: 300, complete: true, end, elements };
  }

  /** The series of a topic on which a device just acted, from its address. */
  #acted(clientId: string, topic: string): readonly ScopedSeries[] {
    const scopes = this.#scopesOf(clientId, topic);
    const ipAddress = this.#sessions.of(clientId)?.ipAddress;
    for (const { metric, series } of scopes) {
      if (metric === ADDRESS && ipAddress) this.observed(clientId, series, { cidrs: [ipAddress] });
    }
    return scopes;
  }

  #count(clientId: string, metric: string, value = 1, scopes: readonly ScopedSeries[] = []): void {
    const row = this.#sessions.rowOf(clientId, this.#clock.now());
    const kind = METRICS[metric];
    if (row === undefined || kind === undefined) return;
    const { amounts, present } = this.#window(this.#currentEnd());
    present.set(row);
    added(amounts, metric, kind).add(row, value);
    for (const scope of scopes)
      if (scope.metric === metric) added(amounts, scope.series, kind).add(row, value);
  }

  /** Keeps, of a session that changes, the address that it had when the last window ended. */
  #keepAddress(clientId: string): void {
    const session = this.#sessions.of(clientId);
    if (session === undefined || session.addressSince >= this.#closedUpTo) return;
    this.observed(clientId, ADDRESS, { cidrs: [session.ipAddress] }, this.#closedUpTo);
  }

  /** End of the window that the present moment is in; never a closed one. */
  #currentEnd(): number {
    return Math.max(endAfter(this.#clock.now()), this.#closedUpTo + BASE_MS);
  }

  #window(end: number): BaseWindow {
    const window = this.#windows.get(end) ?? { present: new Marks(), amounts: new Map(), lists: new Map() };
    this.#windows.set(end, window);
    return window;
  }
}

/** End of the base window that a moment is in. */
const endAfter = (at: number) => Math.floor(at / BASE_MS) * BASE_MS + BASE_MS;

function added(amounts: Map<string, Amounts>, series: string, Kind: new () => Amounts): Amounts {
  const there = amounts.get(series) ?? new Kind();
  amounts.set(series, there);
  return there;
}
