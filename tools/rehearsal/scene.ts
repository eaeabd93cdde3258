import type { AlarmMessage } from "../../lib/detect/alarm";
import type { Behavior, DurationSeconds, MetricValue } from "../../lib/detect/behavior";
import { amountOf } from "../../lib/detect/compare";
import { amountIn, amountValue, datapointOf, isTotal, metricOf, type Readings } from "../scenario/reading";
import type { Play, Scenario } from "../scenario/scenario";
import { countsUsual } from "../scenario/topics";
import type { Player } from "./player";

/** What became of a device's alarm, by the function's own line. */
export interface Decision {
  readonly thingName: string;
  readonly outcome: string;
  readonly reason: string;
}

/** One datapoint of one device. */
export interface Point {
  /** End of its window, ISO 8601. */
  readonly time: string;
  readonly device: string;
  readonly role: "healthy" | "offender" | "outsider";
  readonly value: MetricValue;
}

/** A command of the AWS CLI and what it would print. */
export interface PrintedDocument {
  readonly command: string;
  readonly output: string;
}

/** A behavior while it is played: who plays, and what was seen. */
export interface Scene {
  readonly play: Play;
  readonly lead: Player;
  readonly second?: Player;
  readonly exempt: readonly Player[];
  readonly outsider?: Player;
  readonly points: Point[];
  readonly decisions: Decision[];
  /** Virtual time at which the first window of the offence begins, epoch milliseconds. */
  start?: number;
  alarm?: AlarmMessage;
  cleared?: AlarmMessage;
  /** What the AWS CLI would have printed of the lead while the alarm lasted. */
  documents?: readonly PrintedDocument[];
  /** The lead's shadow as the quarantine left it, JSON. */
  shadow?: string;
}

/** Whoever violates the behavior and is meant by its profile. */
export const offendersOf = ({ lead, second, exempt }: Scene): readonly Player[] => [
  lead,
  ...(second ? [second] : []),
  ...exempt,
];

/** The devices that the function is to put into quarantine. */
export function containedOf({ play, lead, second }: Scene): readonly Player[] {
  const isSpared = play.response !== "quarantine" || play.isExempt || play.behavior.suppressAlerts;
  if (isSpared || !lead.actor.isThing) return [];
  return second ? [lead, second] : [lead];
}

/** What an offender shows in a base window of its period. */
export function offendingReadings(
  { play }: Pick<Scene, "play">,
  scenario: Scenario,
  window: number,
): Readings {
  const { behavior, offence } = play;
  // Of an absence there is one: it is judged each hour, whatever period its behavior has.
  const reading = offence.readings[window % offence.readings.length];
  return reading === undefined
    ? scenario.healthy.readings
    : { ...scenario.healthy.readings, [metricOf(behavior)]: reading };
}

/** The datapoint that the offender's readings make. */
export function offendingDatapoint({ behavior, offence }: Play, { healthy }: Scenario): MetricValue {
  const amounts = offence.readings.map(amountIn);
  if (amountOf(offence.datapoint) === undefined || !isTotal(behavior)) return offence.datapoint;
  const messages =
    metricOf(behavior) === "aws:message-byte-size"
      ? (amountOf(healthy.readings["aws:num-messages-sent"] ?? { count: 1 }) ?? 1)
      : 1;
  return amountValue(behavior, amounts.reduce((sum, amount) => sum + amount, 0) * messages);
}

/** The datapoint of a healthy device: of a dimension's topics none where it uses others. */
export function healthyDatapoint(
  behavior: Behavior,
  { healthy, dimensions }: Scenario,
  name: string,
  period: DurationSeconds,
): MetricValue {
  const datapoint = datapointOf(behavior, healthy.readings, period);
  const isNone = amountOf(datapoint) !== undefined && !countsUsual(behavior, dimensions, name);
  return isNone ? amountValue(behavior, 0) : datapoint;
}
