import type { DurationSeconds, MetricValue } from "./behavior";
import { amountOf } from "./compare";

/** The time that a window covers. */
interface WindowSpan {
  /** End of the window, epoch milliseconds, a multiple of its length; the end itself is the next window's. */
  readonly end: number;
  /** Length, in seconds. */
  readonly durationSeconds: DurationSeconds;
  /** `true` once nothing of it is still to come. */
  readonly complete: boolean;
}

/** What one thing did in a window, as numbers. A driver that keeps counters writes it down directly. */
interface AmountWindow extends WindowSpan {
  readonly kind: "amount";
  /** Number of observations. */
  readonly samples: number;
  /** Sum of them. */
  readonly total: number;
  /** The least of them; 0 without samples. */
  readonly least: number;
  /** The most of them; 0 without samples. */
  readonly most: number;
}

/** What one thing showed in a window, as a set of addresses, ports, numbers or texts. */
interface SetWindow extends WindowSpan {
  readonly kind: "set";
  /** Its elements, each once. */
  readonly elements: MetricValue;
}

/** One metric of one thing in one window. */
export type MetricWindow = AmountWindow | SetWindow;

/** One thing's value of one metric at one instant: `{count: 1}` for a message, `{count: 512}` for its size. */
export interface Observation {
  /** Epoch milliseconds. */
  readonly at: number;
  /** What was observed. */
  readonly value: MetricValue;
}

const BASE_SECONDS = 300;

function mixed(): TypeError {
  return new TypeError("One metric has one kind of value: pass the observations of one metric at a time.");
}

/** Unites lists of one key. */
function union(values: readonly MetricValue[]): MetricValue {
  const united = new Map<string, Set<unknown>>();
  for (const [key, held] of values.flatMap((value) => Object.entries(value))) {
    united.set(key, new Set([...(united.get(key) ?? []), ...held]));
  }
  if (united.size !== 1) {
    throw mixed();
  }
  const lists: Record<string, unknown> = Object.fromEntries([...united].map(([key, set]) => [key, [...set]]));
  return lists as MetricValue;
}

function extremes(a: AmountWindow, b: AmountWindow): Pick<AmountWindow, "least" | "most"> {
  if (a.samples === 0 || b.samples === 0) {
    return a.samples === 0 ? b : a;
  }
  return { least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) };
}

function merge(a: MetricWindow, b: MetricWindow): MetricWindow {
  const complete = a.complete && b.complete;
  if (a.kind === "amount" && b.kind === "amount") {
    const { least, most } = extremes(a, b);
    return { ...a, complete, samples: a.samples + b.samples, total: a.total + b.total, least, most };
  }
  if (a.kind === "set" && b.kind === "set") {
    return { ...a, complete, elements: union([a.elements, b.elements]) };
  }
  throw mixed();
}

/**
 * Folds windows into longer ones, aligned to their length (the epoch is divisible by it). A long window is made
 * of whatever windows there are: a thing without one did nothing then.
 *
 * @param windows - Windows of one metric of one thing, in any order, none longer than the result.
 * @param durationSeconds - Length of the result's windows, in seconds.
 * @param upTo - Instant up to which everything is known, epoch milliseconds; what ends later is incomplete.
 * @returns One window for each span that has any, in the order of time.
 * @throws TypeError if kinds of values are mixed.
 */
export function foldWindows(
  windows: Iterable<MetricWindow>,
  durationSeconds: DurationSeconds,
  upTo: number,
): MetricWindow[] {
  const length = durationSeconds * 1000;
  const folded = new Map<number, MetricWindow>();
  for (const window of windows) {
    const end = Math.ceil(window.end / length) * length;
    const one = { ...window, end, durationSeconds, complete: window.complete && end <= upTo };
    const before = folded.get(end);
    folded.set(end, before === undefined ? one : merge(before, one));
  }
  return [...folded.values()].sort((a, b) => a.end - b.end);
}

function observed({ at, value }: Observation): MetricWindow {
  const length = BASE_SECONDS * 1000;
  const end = (Math.floor(at / length) + 1) * length;
  const span = { end, durationSeconds: BASE_SECONDS, complete: true } as const;
  const amount = amountOf(value);
  return amount === undefined
    ? { ...span, kind: "set", elements: union([value]) }
    : { ...span, kind: "amount", samples: 1, total: amount, least: amount, most: amount };
}

/**
 * Sorts observations of one metric of one thing into base windows of 300 s: sum, minimum and maximum of numbers,
 * the union of lists.
 *
 * @param observations - In any order.
 * @param upTo - Instant up to which everything is known, epoch milliseconds; a window that ends later is
 * incomplete.
 * @returns One window for each span that has observations, in the order of time.
 * @throws TypeError if kinds of values are mixed.
 */
export function windowize(observations: Iterable<Observation>, upTo: number): MetricWindow[] {
  return foldWindows(Array.from(observations, observed), BASE_SECONDS, upTo);
}

/**
 * Gives the things that did nothing a window of zeros: without it an alarm on a thing that fell silent would end
 * only by invalidation, after two days. Which things get zeros on AWS is not documented: assumed.
 *
 * For metrics that the cloud counts only: a device that reports nothing has not reported zeros, and one of which
 * no address was seen has not left the address that it was seen at.
 *
 * @param windows - The windows that there are in this span, by thing.
 * @param things - Things that were present in it, or are in alarm.
 * @param span - The span.
 * @returns All of `windows`, and a window of zeros for each other thing.
 */
export function zeroFill(
  windows: ReadonlyMap<string, MetricWindow>,
  things: Iterable<string>,
  span: WindowSpan,
): Map<string, MetricWindow> {
  const { end, durationSeconds, complete } = span;
  const zero = {
    kind: "amount",
    end,
    durationSeconds,
    complete,
    samples: 0,
    total: 0,
    least: 0,
    most: 0,
  } as const;
  const filled = new Map(windows);
  for (const thing of things) {
    if (!filled.has(thing)) {
      filled.set(thing, zero);
    }
  }
  return filled;
}
