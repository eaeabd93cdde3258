import type { AlarmMessage } from "../../../lib/detect/alarm";
import { BASE_SECONDS, inWords, metricOf, windowsIn } from "../../scenario/reading";
import { type Play, ruleOf, titleOf } from "../../scenario/scenario";
import { alarmsSoFar, isAlarmOf, violationsOf } from "../observations";
import { healthyDatapoint, offendersOf, offendingDatapoint, offendingReadings, type Scene } from "../scene";
import type { Stage } from "../stage";
import { must, stepOf } from "../step";
import { align, lastEnd, playWindow } from "../windows";

const namesOf = (players: readonly { readonly name: string }[]) => players.map(({ name }) => name).sort();

/** In-alarm messages of a behavior since its offence began. */
async function alarmsOf(stage: Stage, { play, start = 0 }: Scene): Promise<readonly AlarmMessage[]> {
  return (await alarmsSoFar(stage)).filter(
    (alarm) =>
      isAlarmOf(play, alarm) && alarm.violationEventType === "in-alarm" && alarm.violationEventTime > start,
  );
}

/** Notes what offenders, healthy devices and the outsider showed in the period that has just ended. */
async function note(stage: Stage, scene: Scene): Promise<void> {
  const { play, points, outsider } = scene;
  const { scenario } = stage;
  const time = new Date(await lastEnd(stage)).toISOString();
  const isAway = metricOf(play.behavior) === "aws:disconnect-duration";
  const away = (Date.parse(time) - (scene.start ?? 0)) / 1000;
  const offending = isAway ? { count: away } : offendingDatapoint(play, scenario);
  for (const { name } of offendersOf(scene))
    points.push({ time, device: name, role: "offender", value: offending });
  if (outsider) points.push({ time, device: outsider.name, role: "outsider", value: offending });
  const healthy = points.find(({ role }) => role === "healthy")?.device;
  if (healthy !== undefined) {
    const value = healthyDatapoint(play.behavior, scenario, healthy, play.period);
    points.push({ time, device: healthy, role: "healthy", value });
  }
}

async function playPeriod(stage: Stage, scene: Scene): Promise<void> {
  for (let window = 0; window < windowsIn(scene.play.period); window++) {
    const readings = offendingReadings(scene, stage.scenario, window);
    const { outsider } = scene;
    const players = [...offendersOf(scene), ...(outsider ? [outsider] : [])];
    await playWindow(
      stage,
      players.map((player) => ({ player, readings })),
    );
  }
  await note(stage, scene);
}

/** The offenders misbehave in as many periods as the behavior asks for; it alarms after the last and not before. */
export const offend = stepOf("offend", async (stage, scene: Scene) => {
  const { play, lead } = scene;
  await align(stage);
  scene.start = await lastEnd(stage);
  for (let period = 1; period <= play.periodsToAlarm; period++) {
    const before = await violationsOf(stage, play);
    const early = before.some(({ thingName }) => thingName === lead.name);
    must(
      !early,
      `${lead.name} is in alarm after ${period - 1} datapoints; the behavior asks for ${play.toAlarm}`,
    );
    await playPeriod(stage, scene);
  }
  const minutes = (windowsIn(play.period) * play.periodsToAlarm * BASE_SECONDS) / 60;
  const datapoint = inWords(offendingDatapoint(play, stage.scenario));
  const outside = scene.outsider ? `; so does ${scene.outsider.name}, which the profile does not mean` : "";
  return `${namesOf(offendersOf(scene)).join(", ")}: ${datapoint} in ${play.period} s, for ${minutes} minutes${outside}`;
});

/** Whether a name is of an offender, or of one of whom a behavior is to be silent. */
const isKnownIn = (stage: Stage, scene: Scene) => {
  const others = new Set([...namesOf(stage.healthy), ...(scene.outsider ? [scene.outsider.name] : [])]);
  const offenders = new Set(namesOf(offendersOf(scene)));
  return (name: string) => others.has(name) || offenders.has(name);
};

/** Whether the value of a violation must be exactly what was played: other messages of a device are not counted. */
const isExact = ({ behavior }: Play) =>
  behavior.metric?.startsWith("aws:num-messages") || behavior.metric === "aws:num-authorization-failures";

/** Detect has found the offenders, and nobody else. */
export const violation = stepOf("violation", async (stage, scene: Scene) => {
  const { play, lead } = scene;
  const active = await violationsOf(stage, play);
  const isKnown = isKnownIn(stage, scene);
  const found = active.flatMap(({ thingName = "" }) => (isKnown(thingName) ? [thingName] : [])).sort();
  const wanted = namesOf(offendersOf(scene));
  must(
    JSON.stringify(found) === JSON.stringify(wanted),
    `the active violations of ${titleOf(play)} should be of ${wanted.join(" and ")}; they are of ${found.join(", ") || "nobody"}`,
  );
  const of = active.find(({ thingName }) => thingName === lead.name);
  const [played, counted] = [offendingDatapoint(play, stage.scenario), of?.lastViolationValue ?? {}];
  must(
    !isExact(play) || JSON.stringify(played) === JSON.stringify(counted),
    `${lead.name} showed ${inWords(played)}, but ${JSON.stringify(counted)} was counted`,
  );
  return `${lead.name} violates ${play.behavior.name} with ${JSON.stringify(counted)}; normal is ${ruleOf(play.behavior)}`;
});

/** The alarm went out on the alert topic, unless the behavior suppresses it. */
export const alarm = stepOf("alarm on SNS", async (stage, scene: Scene) => {
  const { play, lead } = scene;
  const alarms = await alarmsOf(stage, scene);
  // Who was fenced for another behavior is refused since, which is a violation of some.
  const names = alarms
    .map(({ thingName }) => thingName)
    .filter(isKnownIn(stage, scene))
    .sort();
  const wanted = play.behavior.suppressAlerts ? [] : namesOf(offendersOf(scene));
  must(
    JSON.stringify(names) === JSON.stringify(wanted),
    `the alert topic should have carried one alarm each of ${wanted.join(" and ") || "nobody"}; it carried ${names.join(", ") || "none"}`,
  );
  const found = alarms.find(({ thingName }) => thingName === lead.name);
  if (found === undefined) return "none, as the behavior suppresses alerts";
  scene.alarm = found;
  const now = await lastEnd(stage);
  must(
    found.violationEventTime === now,
    `the alarm of ${lead.name} is of ${new Date(found.violationEventTime).toISOString()}, and not of now`,
  );
  return `${found.violationEventType} of ${lead.name}, violation ${found.violationId}`;
});
