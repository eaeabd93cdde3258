import { ListThingGroupsForThingCommand } from "@aws-sdk/client-iot";
import { shadowFlags } from "../../../lib/quarantine/shadow-flags";
import { windowsIn } from "../../scenario/reading";
import { titleOf } from "../../scenario/scenario";
import { alarmsSoFar, isOf, outcomesSoFar, quarantined, shadowOf } from "../observations";
import type { Player } from "../player";
import { containedOf, offendersOf, type Scene } from "../scene";
import type { Stage } from "../stage";
import { must, Overtaken, stepOf } from "../step";
import { playWindow } from "../windows";

/** What the function calls what it did for a response. */
const OUTCOMES: Readonly<Record<string, string>> = {
  observe: "observed",
  notify: "notified",
  quarantine: "quarantined",
};

/** The outcome that an offender's alarm is to have. */
function expectedOutcome({ play, exempt }: Scene, player: Player): string {
  if (play.response !== "quarantine") return OUTCOMES[play.response] ?? play.response;
  if (!player.actor.isThing) return "unregistered";
  return play.isExempt || exempt.includes(player) ? "exempt" : "quarantined";
}

/** The function, run from the deployed archive, tells of its outcome in its own log group. */
export const outcome = stepOf("outcome of the Lambda", async (stage, scene: Scene) => {
  const { play, decisions } = scene;
  const limit = stage.scenario.responses.quarantineLimitPerHour;
  const lines = (await outcomesSoFar(stage)).filter((line) => isOf(play, line) && line.outcome !== "ignored");
  if (play.behavior.suppressAlerts) {
    must(
      lines.length === 0,
      `the behavior suppresses alerts, and the function logged ${lines.length} outcomes`,
    );
    return "none, as there is no alarm";
  }
  for (const player of offendersOf(scene)) {
    const of = lines.filter(({ thingName }) => thingName === player.name);
    const [line] = of;
    must(
      line !== undefined && of.length === 1,
      `the function should have logged one outcome for ${player.name}; it logged ${of.length}`,
    );
    const wanted = expectedOutcome(scene, player);
    const others = lines.filter((each) => each.outcome === "quarantined" && each.thingName !== player.name);
    if (wanted === "quarantined" && line.outcome === "held" && others.length >= limit) {
      throw new Overtaken("devices that were played before have all its places of the hour");
    }
    must(
      line.outcome === wanted,
      `the outcome for ${player.name} should be ${wanted}; it is ${line.outcome}: ${line.reason}`,
    );
    decisions.push({ thingName: player.name, outcome: line.outcome, reason: line.reason });
  }
  const all = [...stage.healthy, ...(scene.outsider ? [scene.outsider] : [])];
  const strange = lines.filter(({ thingName }) => all.some(({ name }) => name === thingName));
  must(
    strange.length === 0,
    `the function decided of ${strange.map(({ thingName }) => thingName).join(", ")} too`,
  );
  return decisions.map((decision) => `${decision.outcome}: ${decision.thingName}`).join(", ");
});

/** The offenders that are to be, and nobody who is not, are in the quarantine group. */
export const membership = stepOf("group membership", async (stage, scene: Scene) => {
  const { quarantineGroupName } = stage.outputs;
  const members = await quarantined(stage);
  const contained = containedOf(scene).map(({ name }) => name);
  const missing = contained.filter((name) => !members.includes(name));
  must(missing.length === 0, `${missing.join(", ")} should be in ${quarantineGroupName}`);
  await nobodyElse(stage, scene, members);
  for (const thingName of contained) {
    const { thingGroups = [] } = await stage.iot.send(new ListThingGroupsForThingCommand({ thingName }));
    must(
      thingGroups.some(({ groupName }) => groupName === quarantineGroupName),
      `${thingName} does not know of its group ${quarantineGroupName}`,
    );
  }
  return `${contained.join(" and ")} ${contained.length > 1 ? "are" : "is"} in ${quarantineGroupName}, and nobody else`;
});

/** Throws where somebody is in quarantine whom no alarm put there. */
async function nobodyElse(stage: Stage, scene: Scene, members: readonly string[]): Promise<void> {
  const contained = containedOf(scene);
  const alarmed = new Set((await alarmsSoFar(stage)).map(({ thingName }) => thingName));
  const spared = [
    ...stage.healthy,
    ...offendersOf(scene).filter((player) => !contained.includes(player)),
    ...(scene.outsider && !alarmed.has(scene.outsider.name) ? [scene.outsider] : []),
  ];
  const touched = spared.filter(({ name }) => members.includes(name)).map(({ name }) => name);
  must(touched.length === 0, `${touched.join(", ")} should not be in ${stage.outputs.quarantineGroupName}`);
}

/** The shadow asks the device for quarantine. */
export const shadow = stepOf("shadow", async (stage, scene: Scene) => {
  const { name } = scene.lead;
  const payload = await shadowOf(stage, name);
  const { desired } = shadowFlags(payload);
  must(desired === true, `desired.quarantine of ${name} is ${desired}`);
  scene.shadow = Buffer.from(payload ?? []).toString("utf8");
  return `desired.quarantine of ${name} is true`;
});

/** The open sessions of the quarantined devices were cut. */
export const cutSession = stepOf("cut session", async (_stage, scene: Scene) => {
  const contained = containedOf(scene);
  await Promise.all(contained.map(({ device }) => device.closed()));
  return `the sessions of ${contained.map(({ name }) => name).join(" and ")} were closed from the other side`;
});

/** Who is not to be quarantined goes on: no group, no flag, and the session as it was. */
export const untouched = stepOf("nobody is touched", async (stage, scene: Scene) => {
  const contained = containedOf(scene);
  const spared = offendersOf(scene).filter((player) => !contained.includes(player));
  await nobodyElse(stage, scene, await quarantined(stage));
  for (const player of spared) {
    const { desired } = shadowFlags(await shadowOf(stage, player.name));
    must(desired === undefined, `desired.quarantine of ${player.name} is ${desired}`);
    if (!player.isAway) await player.say("untouched");
  }
  const names = spared.map(({ name }) => name).join(", ");
  return `${names}: in no quarantine, no flag in the shadow, and what it sends is acknowledged`;
});

/** The device behaves again: the alarm clears after as many datapoints as the behavior asks for. */
export const clear = stepOf("alarm clears", async (stage, scene: Scene) => {
  const { play, lead } = scene;
  const { readings } = stage.scenario.healthy;
  const isCleared = async () => {
    const cleared = (await alarmsSoFar(stage)).find(
      (each) => each.violationEventType === "alarm-cleared" && each.violationId === scene.alarm?.violationId,
    );
    if (cleared !== undefined) scene.cleared = cleared;
    return cleared !== undefined;
  };
  for (let period = 1; period <= play.toClear; period++) {
    must(
      !(await isCleared()),
      `the alarm cleared after ${period - 1} datapoints; the behavior asks for ${play.toClear}`,
    );
    for (let window = 0; window < windowsIn(play.period); window++) {
      await playWindow(stage, [{ player: lead, readings }]);
    }
  }
  must(
    await isCleared(),
    `${titleOf(play)} has not cleared after ${play.toClear} normal datapoints of ${lead.name}`,
  );
  return `alarm-cleared of ${lead.name} after ${play.toClear} normal datapoints`;
});
