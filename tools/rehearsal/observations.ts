import { paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import {
  type ActiveViolation,
  paginateListActiveViolations,
  paginateListThingsInThingGroup,
} from "@aws-sdk/client-iot";
import { GetThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { ifMissing } from "../../lib/aws/errors";
import type { AlarmMessage } from "../../lib/detect/alarm";
import { parseObject } from "../../lib/json";
import type { Play } from "../scenario/scenario";
import type { Stage } from "./stage";

/** A line in which the function tells what became of an alarm. */
export interface OutcomeLine {
  readonly outcome: string;
  readonly thingName: string;
  readonly securityProfileName: string;
  readonly behaviorName: string;
  readonly violationId: string;
  readonly reason: string;
}

/** Alarms that the queue has given so far. */
const seen = new WeakMap<Stage, AlarmMessage[]>();

/** Every alarm that the alert topic has carried, in the order in which the queue gave them. */
export async function alarmsSoFar(stage: Stage): Promise<readonly AlarmMessage[]> {
  const alarms = seen.get(stage) ?? [];
  seen.set(stage, alarms);
  const QueueUrl = stage.alarmQueueUrl;
  for (;;) {
    const { Messages = [] } = await stage.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return alarms;
    for (const { Body, ReceiptHandle } of Messages) {
      alarms.push(JSON.parse(Body ?? "null") as AlarmMessage);
      await stage.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

/** Whether an alarm or a line is of a behavior. */
export const isOf = (
  { profile, behavior }: Pick<Play, "profile" | "behavior">,
  of: { readonly securityProfileName?: string | undefined; readonly behaviorName?: string | undefined },
): boolean => of.securityProfileName === profile && of.behaviorName === behavior.name;

/** Whether an alarm is of a behavior. */
export const isAlarmOf = (play: Pick<Play, "profile" | "behavior">, alarm: AlarmMessage): boolean =>
  isOf(play, { securityProfileName: alarm.securityProfileName, behaviorName: alarm.behavior.name });

/** Active violations of a behavior. */
export async function violationsOf(
  stage: Stage,
  play: Pick<Play, "profile" | "behavior">,
): Promise<readonly ActiveViolation[]> {
  const found: ActiveViolation[] = [];
  const ofProfile = { securityProfileName: play.profile };
  for await (const { activeViolations = [] } of paginateListActiveViolations(
    { client: stage.iot },
    ofProfile,
  )) {
    found.push(...activeViolations);
  }
  return found.filter(({ behavior }) => behavior?.name === play.behavior.name);
}

/** What the function has told so far, metrics apart. */
export async function outcomesSoFar(stage: Stage): Promise<readonly OutcomeLine[]> {
  const lines: OutcomeLine[] = [];
  const logGroupName = stage.outputs.callbackLogGroupName;
  for await (const { events = [] } of paginateFilterLogEvents({ client: stage.logs }, { logGroupName })) {
    for (const { message = "" } of events) {
      // START, END and REPORT lines are no JSON; a line of metrics names the outcome as a dimension.
      const line = parseObject(message);
      if (typeof line?.outcome === "string" && line._aws === undefined) {
        lines.push(line as unknown as OutcomeLine);
      }
    }
  }
  return lines;
}

/** Names of the things in the quarantine group. */
export async function quarantined(stage: Stage): Promise<readonly string[]> {
  const names: string[] = [];
  const group = { thingGroupName: stage.outputs.quarantineGroupName };
  for await (const { things = [] } of paginateListThingsInThingGroup({ client: stage.iot }, group)) {
    names.push(...things);
  }
  return names;
}

/** A device's shadow, JSON; undefined where it has none. */
export async function shadowOf(stage: Stage, thingName: string): Promise<Uint8Array | undefined> {
  const found = stage.iotData.send(new GetThingShadowCommand({ thingName }));
  return (await found.catch(ifMissing(undefined)))?.payload;
}
