import { ListActiveViolationsCommand, ListThingGroupsForThingCommand } from "@aws-sdk/client-iot";
import { type Stage, SUSPECT } from "./stage";

/** A command of the AWS CLI and what it would print. */
export interface PrintedDocument {
  readonly command: string;
  readonly output: string;
}

/** Writes JSON as the AWS CLI does: four spaces, and times as epoch seconds with a fraction. */
function asCli(value: unknown): string {
  const MARK = "epoch:";
  const plain = JSON.parse(JSON.stringify(value), (_key, item) =>
    typeof item === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(item)
      ? MARK + new Date(item).getTime()
      : item,
  );
  return JSON.stringify(plain, null, 4).replace(new RegExp(`"${MARK}(\\d+)"`, "g"), (_all, milliseconds) => {
    const seconds = Number(milliseconds) / 1000;
    return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
  });
}

/** The three documents of the workshop, for the chatty device. */
export async function workshopDocuments(stage: Stage): Promise<PrintedDocument[]> {
  const violations = await stage.iot.send(new ListActiveViolationsCommand({ thingName: SUSPECT }));
  const groups = await stage.iot.send(new ListThingGroupsForThingCommand({ thingName: SUSPECT }));
  return [
    {
      command: `aws iot list-active-violations --thing-name ${SUSPECT}`,
      output: asCli({ activeViolations: violations.activeViolations }),
    },
    {
      command: `aws iot list-thing-groups-for-thing --thing-name ${SUSPECT}`,
      output: asCli({ thingGroups: groups.thingGroups }),
    },
    {
      command: `aws iot-data get-thing-shadow --thing-name ${SUSPECT} /dev/stdout | jq .   # before the device reported`,
      output: JSON.stringify(JSON.parse(stage.found.shadow ?? "null"), null, 2),
    },
  ];
}
