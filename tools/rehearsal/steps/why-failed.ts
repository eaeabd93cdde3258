import { responseTo } from "../../../lib/responses/response-table";
import { titleOf } from "../../scenario/scenario";
import { alarmsSoFar, isAlarmOf, quarantined } from "../observations";
import { offendersOf, type Scene } from "../scene";
import type { Stage } from "../stage";
import { BehaviorFault, Overtaken } from "../step";
import { healthyFault } from "./healthy";

/**
 * What a step's failure comes of: another behavior that has quarantined an offender, or one that alarms on healthy devices
 * once somebody offends; else its cause.
 */
export async function whyFailed(stage: Stage, scene: Scene, cause: Error): Promise<Error> {
  if (cause instanceof Overtaken) return cause;
  const { play, start } = scene;
  if (start === undefined) return cause;
  const members = await quarantined(stage);
  const contained = offendersOf(scene).filter(({ name }) => members.includes(name));
  const other = (await alarmsSoFar(stage)).find(
    (alarm) =>
      contained.some(({ name }) => name === alarm.thingName) &&
      alarm.violationEventTime > start &&
      !isAlarmOf(play, alarm) &&
      responseTo(stage.scenario.responses, alarm.securityProfileName, alarm.behavior.name) === "quarantine",
  );
  if (other === undefined) {
    const fault = await healthyFault(stage);
    return fault ? new BehaviorFault(fault.of, `${cause.message}; ${fault.message}`) : cause;
  }
  const quicker = titleOf({ profile: other.securityProfileName, behavior: other.behavior });
  return new Overtaken(`${quicker} quarantines the same device, ${other.thingName}`);
}
