import type { Behavior, MetricDimension } from "../../lib/detect/behavior";
import { matchesFilter } from "../../sandbox/mqtt/topics";
import { Unplayable } from "./offence";

/** Topic that a device sends its measurements to. */
export const telemetryTopic = (name: string): string => `telemetry/${name}`;
/** Topic that a device gets its commands from. */
export const commandTopic = (name: string): string => `commands/${name}`;
/** Topic that no policy of a rehearsal's certificates allows. */
export const forbiddenTopic = (name: string): string => `forbidden/${name}`;

/** The filter as Device Defender reads it of a device. */
const filterOf = (filter: string, name: string) => filter.replaceAll("${iot:ClientId}", () => name);

/** The topic that a device uses of those that a filter stands for. */
const topicWithin = (filter: string, name: string): string =>
  filter
    .split("/")
    .map((level) => (level === "+" || level === "#" ? name : level))
    .join("/");

/**
 * The topic that a behavior counts.
 *
 * @param usual - The topic that is used unless a dimension is in the way.
 * @param filters - Topic filters by dimension's name.
 * @throws Unplayable - the dimension is not known, or leaves no topic.
 */
export function countedTopic(
  dimension: MetricDimension | undefined,
  filters: Readonly<Record<string, string>>,
  name: string,
  usual: string,
): string {
  if (dimension === undefined) return usual;
  const { dimensionName, operator = "IN" } = dimension;
  const told = filters[dimensionName];
  if (told === undefined) {
    throw new Unplayable(
      `its dimension ${dimensionName} is not of this stack: give its topic filter by --dimension ${dimensionName}=TOPIC_FILTER`,
    );
  }
  const filter = filterOf(told, name);
  if (operator === "IN") return topicWithin(filter, name);
  const outside = [usual, `rehearsal/${name}`].find((topic) => !matchesFilter(filter, topic));
  if (outside === undefined) throw new Unplayable(`no topic is outside the filter ${told}`);
  return outside;
}

/** Whether a behavior counts what a healthy device does on its usual topic; so it is held where its dimension is not known. */
export function countsUsual(
  { metric, metricDimension }: Behavior,
  filters: Readonly<Record<string, string>>,
  name: string,
): boolean {
  const told = metricDimension && filters[metricDimension.dimensionName];
  if (told === undefined) return true;
  const usual = {
    "aws:num-messages-received": commandTopic,
    "aws:num-authorization-failures": forbiddenTopic,
  };
  const topic = (usual[metric as keyof typeof usual] ?? telemetryTopic)(name);
  return matchesFilter(filterOf(told, name), topic) === (metricDimension?.operator !== "NOT_IN");
}
