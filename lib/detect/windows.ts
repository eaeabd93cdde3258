import type { DurationSeconds, MetricValue } from "./behavior";

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
