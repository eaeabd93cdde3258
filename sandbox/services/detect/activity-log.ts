import type { DurationSeconds, MetricValue } from "../../../lib/detect/behavior";
import {
  type AmountWindow,
  foldWindows,
  type MetricWindow,
  type Observation,
  windowize,
} from "../../../lib/detect/windows";
import type { VirtualClock } from "../../clock/virtual-clock";
import type { DeviceActivity } from "./device-activity";

/** Length of the windows that everything is counted in, milliseconds. */
export const BASE_MS = 300_000;
/** The longest window that a behavior can ask for, milliseconds. */
const LONGEST_MS = 3_600_000;

/** Observations of one metric in one base window. */
interface Amount {
  samples: number;
  total: number;
  least: number;
  most: number;
}

/** The metrics that the broker's reports tell. */
const METRICS = [
  "aws:num-messages-sent",
  "aws:num-messages-received",
  "aws:message-byte-size",
  "aws:num-authorization-failures",
  "aws:num-connection-attempts",
  "aws:num-disconnects",
] as const;

type CountedMetric = (typeof METRICS)[number];
type Counters = Record<CountedMetric, Amount>;

const none = (): Amount => ({ samples: 0, total: 0, least: 0, most: 0 });
// `fromEntries` loses the names of its keys, which are exactly those of the list.
const noCounters = (): Counters =>
  Object.fromEntries(METRICS.map((metric) => [metric, none()])) as unknown as Counters;

function add(amount: Amount, value: number): void {
  amount.least = amount.samples === 0 ? value : Math.min(amount.least, value);
  amount.most = Math.max(amount.most, value);
  amount.total += value;
  amount.samples++;
}

/**
 * A name that Detect takes: 1 to 128 bytes without control characters.
 * Source: AWS IoT Device Defender Developer Guide, "Device Defender troubleshooting guide".
 */
const isDeviceName = (name: string) => name !== "" && Buffer.byteLength(name) <= 128 && !/\p{Cc}/u.test(name);

/** Metric of how long a device has been away. */
export const ABSENCE = "aws:disconnect-duration";
const ADDRESS = "aws:source-ip-address";

const isCounted = (metric: string): metric is CountedMetric =>
  (METRICS as readonly unknown[]).includes(metric);

/**
 * What each device did, in aligned base windows of 300 s of virtual time.
 *
 * A device that had an open session at any time of a window, or any traffic in it, has counters there, 0 where
 * nothing happened; one with neither has none. (Which devices get zeros on AWS is not documented: assumed.)
 * Assumed as well: the message size counts what a device sends, and every end of a session is a disconnect.
 */
export class ActivityLog implements DeviceActivity {
  readonly #clock: VirtualClock;
  /** By end of the window, then by client id. */
  readonly #windows = new Map<number, Map<string, Counters>>();
  /** How many sessions a client has open: a takeover opens the new one before it closes the old. */
  readonly #open = new Map<string, { count: number; ipAddress: string }>();
  /** Since when a client that was there is away, epoch milliseconds. */
  readonly #awaySince = new Map<string, number>();
  /** What is no count of the broker's: by metric, then by client id. */
  readonly #observations = new Map<string, Map<string, Observation[]>>();
  #closedUpTo: number;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.#closedUpTo = Math.floor(clock.now() / BASE_MS) * BASE_MS;
  }

  connectionAttempted(clientId: string): void {
    this.#count(clientId, "aws:num-connection-attempts", 1);
  }

  sessionOpened(clientId: string, ipAddress: string): void {
    this.#touchOpenWindows(clientId);
    this.#open.set(clientId, { count: (this.#open.get(clientId)?.count ?? 0) + 1, ipAddress });
    this.#awaySince.delete(clientId);
    this.observed(clientId, ADDRESS, { cidrs: [ipAddress] });
  }

  sessionClosed(clientId: string): void {
    const open = this.#open.get(clientId);
    if (open === undefined) return;
    this.#touchOpenWindows(clientId);
    this.#count(clientId, "aws:num-disconnects", 1);
    open.count--;
    if (open.count > 0) return;
    this.#open.delete(clientId);
    this.#awaySince.set(clientId, this.#clock.now());
  }

  /** A value that was seen, or reported, now. */
  observed(clientId: string, metric: string, value: MetricValue, at = this.#clock.now()): void {
    if (!isDeviceName(clientId)) return;
    const ofMetric = this.#observations.get(metric) ?? new Map<string, Observation[]>();
    this.#observations.set(metric, ofMetric);
    const observations = ofMetric.get(clientId) ?? [];
    ofMetric.set(clientId, observations);
    observations.push({ at, value });
  }

  messageSent(clientId: string, bytes: number): void {
    this.#count(clientId, "aws:num-messages-sent", 1);
    this.#count(clientId, "aws:message-byte-size", bytes);
  }

  messageReceived(clientId: string, _bytes: number): void {
    this.#count(clientId, "aws:num-messages-received", 1);
  }

  authorizationFailed(clientId: string): void {
    this.#count(clientId, "aws:num-authorization-failures", 1);
  }

  /** Ends the base window that ends then (epoch milliseconds), and forgets what no longer window needs. */
  close(end: number): void {
    for (const [clientId, { ipAddress }] of this.#open) {
      this.#counters(end, clientId);
      // Who is connected is at an address, also long after the connect (assumed).
      this.observed(clientId, ADDRESS, { cidrs: [ipAddress] }, end - 1);
    }
    this.#closedUpTo = end;
    this.#forget(end - LONGEST_MS);
    for (const old of this.#windows.keys()) if (old <= end - LONGEST_MS) this.#windows.delete(old);
  }

  /** One metric of every device that was there in a window of closed base windows, by client id. */
  windows(metric: string, durationSeconds: DurationSeconds, end: number): Map<string, MetricWindow> {
    if (metric === ABSENCE) return this.#absences(durationSeconds, end);
    return isCounted(metric)
      ? this.#counted(metric, durationSeconds, end)
      : this.#seen(metric, durationSeconds, end);
  }

  /** Seconds that each device has been away; 0 for who is connected. */
  #absences(durationSeconds: DurationSeconds, end: number): Map<string, MetricWindow> {
    const windowOf = (seconds: number): MetricWindow => {
      const amounts = { samples: 1, total: seconds, least: seconds, most: seconds };
      return { kind: "amount", end, durationSeconds, complete: true, ...amounts };
    };
    const away = [...this.#awaySince].map(
      ([clientId, since]) => [clientId, windowOf(Math.floor((end - since) / 1000))] as const,
    );
    return new Map([...away, ...[...this.#open.keys()].map((clientId) => [clientId, windowOf(0)] as const)]);
  }

  #seen(metric: string, durationSeconds: DurationSeconds, end: number): Map<string, MetricWindow> {
    const seen = [...(this.#observations.get(metric) ?? [])].flatMap(([clientId, observations]) =>
      foldWindows(windowize(observations, end), durationSeconds, end)
        .filter((window) => window.end === end)
        .map((window) => [clientId, window] as const),
    );
    return new Map(seen);
  }

  #counted(metric: CountedMetric, durationSeconds: DurationSeconds, end: number): Map<string, MetricWindow> {
    const parts = new Map<string, AmountWindow[]>();
    for (let at = end - durationSeconds * 1000 + BASE_MS; at <= end; at += BASE_MS) {
      for (const [clientId, counters] of this.#windows.get(at) ?? []) {
        const part = {
          kind: "amount",
          end: at,
          durationSeconds: 300,
          complete: true,
          ...counters[metric],
        } as const;
        const before = parts.get(clientId);
        if (before) before.push(part);
        else parts.set(clientId, [part]);
      }
    }
    const folded = [...parts].flatMap(([clientId, all]) =>
      foldWindows(all, durationSeconds, end).map((window) => [clientId, window] as const),
    );
    return new Map(folded);
  }

  /** Forgets what was seen before then. */
  #forget(before: number): void {
    for (const ofMetric of this.#observations.values()) {
      for (const [clientId, observations] of ofMetric) {
        const kept = observations.filter(({ at }) => at >= before);
        if (kept.length > 0) ofMetric.set(clientId, kept);
        else ofMetric.delete(clientId);
      }
    }
  }

  #count(clientId: string, metric: CountedMetric, value: number): void {
    const counters = this.#counters(this.#currentEnd(), clientId);
    if (counters) add(counters[metric], value);
  }

  /** End of the window that the present moment is in; never a closed one. */
  #currentEnd(): number {
    const end = Math.floor(this.#clock.now() / BASE_MS) * BASE_MS + BASE_MS;
    return Math.max(end, this.#closedUpTo + BASE_MS);
  }

  /** A session that was open until now was open in every window since the last closed one. */
  #touchOpenWindows(clientId: string): void {
    const first = this.#open.has(clientId) ? this.#closedUpTo + BASE_MS : this.#currentEnd();
    for (let end = first; end <= this.#currentEnd(); end += BASE_MS) this.#counters(end, clientId);
  }

  #counters(end: number, clientId: string): Counters | undefined {
    if (!isDeviceName(clientId)) return undefined;
    const window = this.#windows.get(end) ?? new Map<string, Counters>();
    this.#windows.set(end, window);
    const counters = window.get(clientId) ?? noCounters();
    window.set(clientId, counters);
    return counters;
  }
}
