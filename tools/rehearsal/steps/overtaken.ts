import { responseTo } from "../../../lib/responses/response-table";
import { alarmsSoFar, isAlarmOf, quarantined } from "../observations";
import { titleOf } from "../scenario/scenario";
import { offendersOf, type Scene } from "../scene";
import type { Stage } from "../stage";
import { Overtaken } from "../step";

/** What a step's failure comes of, where another behavior has quarantined an offender; else its cause. */
export async function whyFailed(stage: Stage, scene: Scene, cause: Error): Promise<Error> {
  if (cause instanceof Overtaken) return cause;
  const { play, start } = scene;
  if (start === undefined) return cause;
  const members = await quarantined(stage);
  const fenced = offendersOf(scene).filter(({ name }) => members.includes(name));
  const other = (await alarmsSoFar(stage)).find(
    (alarm) =>
      fenced.some(({ name }) => name === alarm.thingName) &&
      alarm.violationEventTime > start &&
      !isAlarmOf(play, alarm) &&
      responseTo(stage.scenario.responses, alarm.securityProfileName, alarm.behavior.name) === "quarantine",
  );
  if (other === undefined) return cause;
  const quicker = titleOf({ profile: other.securityProfileName, behavior: other.behavior });
  return new Overtaken(`${quicker} quarantines the same device, ${other.thingName}`);
}
