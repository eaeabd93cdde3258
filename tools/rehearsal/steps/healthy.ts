import type { MetricValue } from "../../../lib/detect/behavior";
import { isLowerBound } from "../../../lib/detect/compare";
import { isAwsMetric } from "../../../lib/detect/metrics";
import { periodOf } from "../../../lib/detect/spec";
import { isTargeted } from "../../scenario/cast";
import { shortName } from "../../scenario/healthy";
import { inWords, metricOf } from "../../scenario/reading";
import { ruleOf, titleOf, type Watched } from "../../scenario/scenario";
import { alarmsSoFar, isAlarmOf, quarantined, violationsOf } from "../observations";
import { healthyDatapoint, type Scene } from "../scene";
import type { Stage } from "../stage";
import { BehaviorFault, type Step, stepOf } from "../step";
import { align, lastEnd, playWindow } from "../windows";

/** Connects the healthy devices when a window of every behavior begins. */
export const connectAll: Step = {
  name: "connect the devices",
  run: async (stage) => {
    await align(stage);
    for (const player of stage.healthy) await player.connect(stage.scenario.healthy.readings);
    return `${stage.healthy.length} MQTT sessions over TCP`;
  },
};

/** Names of devices, and what was counted of each. */
type Alarmed = ReadonlyMap<string, MetricValue | undefined>;

/** Healthy devices that a behavior has alarmed on. */
async function alarmedOf(stage: Stage, watched: Watched): Promise<Alarmed> {
  const alarms = (await alarmsSoFar(stage)).filter(
    (alarm) => isAlarmOf(watched, alarm) && alarm.violationEventType === "in-alarm",
  );
  const violations = await violationsOf(stage, watched);
  const shown = [
    ...alarms.map(({ thingName, metricValue }) => [thingName, metricValue] as const),
    ...violations.map(
      ({ thingName = "", lastViolationValue: value }) => [thingName, value as MetricValue] as const,
    ),
  ];
  const healthy = new Set(stage.healthy.map(({ name }) => name));
  return new Map(shown.filter(([name]) => healthy.has(name)));
}

/** More of an AWS metric is worse: a lower bound of one calls what is quiet abnormal. */
const looksInverted = ({ behavior }: Watched): boolean => {
  const { comparisonOperator = "" } = behavior.criteria ?? {};
  const isAmount = isAwsMetric(metricOf(behavior)) && isLowerBound(behavior.criteria?.comparisonOperator);
  return isAmount || comparisonOperator.startsWith("not-in-");
};

const OPPOSITES: Readonly<Record<string, string>> = {
  "greater-than": "less-than-equals",
  "greater-than-equals": "less-than",
};

/** What is to be done about a behavior that alarms on healthy devices. */
function advice(watched: Watched): string {
  const { comparisonOperator = "" } = watched.behavior.criteria ?? {};
  const normal = "A behavior states what is NORMAL, and alarms on everything else";
  if (looksInverted(watched)) {
    const opposite = OPPOSITES[comparisonOperator] ?? comparisonOperator.replace("not-", "");
    return `${normal}: ${comparisonOperator} looks inverted, use ${opposite}`;
  }
  return `${normal}: widen its value, or say what healthy devices do by --healthy ${shortName(metricOf(watched.behavior))}=...`;
}

function findingOf(stage: Stage, watched: Watched, alarmed: Alarmed): string {
  const { behavior, targets } = watched;
  const meant = stage.healthy.filter(({ actor }) => isTargeted(targets, actor)).length;
  const { given } = stage.scenario.healthy;
  const [first = ""] = alarmed.keys();
  const datapoint = inWords(healthyDatapoint(behavior, stage.scenario, first, periodOf(behavior)));
  const [counted] = alarmed.values();
  // What else a device sends, such as the reports of its metrics, counts as well.
  const other =
    counted && inWords(counted) !== datapoint ? ` (${inWords(counted)} was counted of the first)` : "";
  const saidBy = given.includes(metricOf(behavior)) ? "" : " by default";
  return (
    `${titleOf(watched)} alarms on ${alarmed.size} of ${meant} healthy devices: each shows ${datapoint}${saidBy} in ` +
    `${periodOf(behavior)} s${other}, and it calls normal ${ruleOf(behavior)}. ${advice(watched)}.`
  );
}

/** Notes the datapoints of one healthy device of each play. */
async function note(stage: Stage, scenes: readonly Scene[]): Promise<void> {
  const now = await lastEnd(stage);
  for (const { play, points } of scenes) {
    const one = stage.healthy.find(({ actor }) => isTargeted(play.targets, actor));
    if (one === undefined || now % (play.period * 1000) !== 0) continue;
    const value = healthyDatapoint(play.behavior, stage.scenario, one.name, play.period);
    points.push({ time: new Date(now).toISOString(), device: one.name, role: "healthy", value });
  }
}

/** Lets the healthy fleet act; why it cannot go on, where a behavior has fenced it before the last window. */
async function playHealthy(stage: Stage, scenes: readonly Scene[]): Promise<Error | undefined> {
  try {
    for (let window = 0; window < stage.scenario.healthyWindows; window++) {
      await playWindow(stage);
      await note(stage, scenes);
    }
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** The finding that matters: behaviors that alarm on healthy devices; undefined where none does. */
export async function healthyFault(stage: Stage): Promise<BehaviorFault | undefined> {
  const findings: { readonly of: Watched; readonly text: string }[] = [];
  for (const of of stage.scenario.watched) {
    const alarmed = await alarmedOf(stage, of);
    if (alarmed.size > 0) findings.push({ of, text: findingOf(stage, of, alarmed) });
  }
  const [first] = findings;
  if (first === undefined) return undefined;
  const healthy = new Set(stage.healthy.map(({ name }) => name));
  const contained = (await quarantined(stage)).filter((name) => healthy.has(name)).length;
  const toll = contained === 0 ? "" : ` ${contained} healthy devices are in quarantine.`;
  return new BehaviorFault(first.of, findings.map(({ text }) => text).join(" ") + toll);
}

/** The healthy fleet alone, for as long as the slowest behavior takes to alarm: nothing may. */
export const healthyFleet = stepOf("healthy fleet", async (stage, scenes: readonly Scene[]) => {
  const broken = await playHealthy(stage, scenes);
  const fault = (await healthyFault(stage)) ?? broken;
  if (fault !== undefined) throw fault;
  return `${stage.healthy.length} devices for ${stage.scenario.healthyWindows * 5} minutes, and no behavior alarms`;
});
