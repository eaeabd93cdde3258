import {
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { sendInTime } from "../aws/in-time";
import type { Alarm } from "../detect/alarm";
import { type TableArgs, writing } from "./condition";
import { hourBefore, thingKey } from "./keys";
import { type KnownThing, knownThing } from "./known-thing";
import { giveBackUnused, giveBackUsed, type PlaceRequest, placesBefore, takePlace, usePlace } from "./limit";
import { beginAgain, beginWithEvidence, type ContainmentPlan } from "./plan";
import { enterState, eventOf, renewState, type ThingState } from "./record";

/** A place under a behavior's limit. */
export type Place = PlaceRequest;

/** What the function remembers. Each call may be repeated; each rejects with the SDK's error. */
export interface LedgerPorts {
  /** What is remembered of a thing. */
  thing(thingName: string): Promise<KnownThing>;
  /** Takes a place under the behavior's limit, or finds the one that the thing has; undefined where all are taken. */
  takePlace(alarm: Alarm, limit: number): Promise<Place | undefined>;
  /** Says that a place is being used; false where it was given back meanwhile. */
  usePlace(place: Place): Promise<boolean>;
  /** Gives a place back that is not in use. */
  giveBack(place: Place): Promise<void>;
  /** Gives a place back that was used to no effect. */
  giveBackUsed(place: Place): Promise<void>;
  /** Keeps evidence and plan before anything is changed; false where a release or rejection forbids it. */
  begin(alarm: Alarm, plan: ContainmentPlan): Promise<boolean>;
  /** Records a decision: the thing's state and its time line. */
  record(alarm: Alarm, state: ThingState, reason: string, containment?: readonly string[]): Promise<void>;
}

/** What the ledger is made of. */
export interface LedgerArgs extends TableArgs {
  /** The time, epoch milliseconds. @default the machine's */
  readonly now?: () => number;
}

/** Makes the ledger's ports of an AWS SDK client. */
export function makeLedger({
  dynamo,
  tableName,
  callTimeoutMs,
  now = () => Date.now(),
}: LedgerArgs): LedgerPorts {
  const send = sendInTime(dynamo, callTimeoutMs);
  const write = writing({ dynamo, callTimeoutMs });
  const update = (input: UpdateItemCommandInput) => write(new UpdateItemCommand(input));
  const itemOf = async (command: GetItemCommand) => (await send(command)).Item;
  const alarmOf = ({ violationEventType: _type, ...alarm }: Alarm) => ({
    tableName,
    ...alarm,
    now: now(),
  });
  return {
    async thing(thingName) {
      const Key = thingKey(thingName);
      return knownThing(
        await itemOf(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true })),
      );
    },
    async takePlace({ securityProfileName, behaviorName, thingName }, limit) {
      const place = { tableName, securityProfileName, behaviorName, thingName, now: now() };
      const before = await itemOf(new GetItemCommand(placesBefore(place)));
      if (before?.things?.SS?.includes(thingName)) return { ...place, now: hourBefore(place.now) };
      return (await update(takePlace(place, limit))) ? place : undefined;
    },
    usePlace: (place) => update(usePlace(place)),
    giveBack: async (place) => void (await update(giveBackUnused(place))),
    giveBackUsed: async (place) => void (await update(giveBackUsed(place))),
    async begin(alarm, plan) {
      const entry = alarmOf(alarm);
      return (await update(beginWithEvidence(entry, plan))) || update(beginAgain(entry, plan));
    },
    async record(alarm, state, reason, containment = []) {
      const entry = { ...alarmOf(alarm), state, reason, containment };
      await write(new PutItemCommand(eventOf(entry)));
      const hasEntered = await update(enterState(entry));
      if (!hasEntered) await update(renewState(entry));
    },
  };
}
