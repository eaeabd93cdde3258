import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { ListSubscriptionsByTopicCommand, SetSubscriptionAttributesCommand } from "@aws-sdk/client-sns";
import { placesOf } from "../../../lib/ledger/limit";
import type { StackOutputs } from "../../quarantine/outputs";
import { waitingIn } from "../../quarantine/queue";
import { BASE_SECONDS } from "../../scenario/reading";
import { alarmsSoFar, isAlarmOf } from "../observations";
import type { Stage } from "../stage";
import { must, type Step, stepOf } from "../step";
import { lastEnd } from "../windows";
import { asDeployed, redeploy, responding } from "./redeploy";
import { enlist, onlyContained, type Sequel, untilCaught, violate } from "./sequel";

/** The devices, each named after what happens to it. */
const OBSERVED = "dev-OBSERVED";
const LOST = "dev-LOST";
const WAITING = "dev-WAITING";

/** Throws unless a device has alarmed so often. */
async function alarmed(stage: Stage, { play }: Sequel, name: string, times: number): Promise<void> {
  const found = (await alarmsSoFar(stage)).filter(
    (alarm) => isAlarmOf(play, alarm) && alarm.thingName === name && alarm.violationEventType === "in-alarm",
  );
  must(found.length === times, `${name} should have alarmed ${times} times; it did ${found.length} times`);
}

/** Throws unless the ledger has a thing in a state; what it has of it. */
async function inLedger({ operator }: Sequel, name: string, state: string) {
  const shown = await operator.show(name);
  const found = shown.record?.state ?? "nothing";
  must(found === state, `the ledger should have ${name} as ${state}; it has ${found}`);
  return shown;
}

async function queuesAreEmpty(stage: Stage, { outputs }: Sequel): Promise<void> {
  const alarms = await waitingIn(stage, outputs.alarmsQueueUrl);
  const dead = await waitingIn(stage, outputs.alarmsDeadLetterQueueUrl);
  must(alarms + dead === 0, `${alarms} alarms wait, and ${dead} are dead letters`);
}

const observe = stepOf("observe", async (stage, sequel: Sequel) => {
  await asDeployed(stage, sequel);
  await redeploy(stage, sequel, responding(sequel.responses, "observe"));
  const player = await enlist(stage, sequel, OBSERVED);
  await violate(stage, sequel, [player]);
  await alarmed(stage, sequel, OBSERVED, 1);
  const { quarantineFlag } = await inLedger(sequel, OBSERVED, "observed");
  must(quarantineFlag.desired === null, `desired.quarantine of ${OBSERVED} is ${quarantineFlag.desired}`);
  await onlyContained(stage, sequel);
  await player.say("observed, and untouched");
  return `with response: observe ${OBSERVED} alarms, the ledger says observed, and it goes on untouched`;
});

const switchOn = stepOf("switch to quarantine", async (stage, sequel: Sequel) => {
  await redeploy(stage, sequel, sequel.responses);
  await asDeployed(stage, sequel);
  const player = await enlist(stage, sequel, OBSERVED);
  const minutes = await untilCaught(stage, sequel, player);
  await inLedger(sequel, OBSERVED, "quarantined");
  await alarmed(stage, sequel, OBSERVED, 1);
  return `${OBSERVED} still violates: reconcile has it quarantined within ${minutes} minutes, without a second alarm`;
});

/** The subscription of the queue of alarms. */
async function subscriptionOf(
  stage: Stage,
  { alertTopicArn, alarmsQueueUrl }: StackOutputs,
): Promise<string> {
  const TopicArn = alertTopicArn;
  const { Subscriptions = [] } = await stage.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const [queueName] = alarmsQueueUrl.split("/").slice(-1);
  const found = Subscriptions.find(({ Endpoint }) => Endpoint?.split(":").at(-1) === queueName);
  must(found?.SubscriptionArn !== undefined, `the queue ${queueName} is not subscribed to ${TopicArn}`);
  return found.SubscriptionArn;
}

const lose = stepOf("lost alarm", async (stage, sequel: Sequel) => {
  const player = await enlist(stage, sequel, LOST);
  const SubscriptionArn = await subscriptionOf(stage, sequel.outputs);
  const filter = (AttributeValue: string) =>
    stage.sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "FilterPolicy",
        AttributeValue,
      }),
    );
  // No alarm has attributes: none passes.
  await filter(JSON.stringify({ lost: ["all"] }));
  await violate(stage, sequel, [player]);
  await filter("");
  await alarmed(stage, sequel, LOST, 1);
  await queuesAreEmpty(stage, sequel);
  const { record } = await sequel.operator.show(LOST);
  must(record === null, `the ledger has ${LOST} as ${record?.state}, whose alarm was lost`);
  await onlyContained(stage, sequel);
  return `${LOST} alarms, and the alarm never reaches the queue: nobody knows of it`;
});

const makeGood = stepOf("lost alarm is made good", async (stage, sequel: Sequel) => {
  const minutes = await untilCaught(stage, sequel, await enlist(stage, sequel, LOST));
  await inLedger(sequel, LOST, "quarantined");
  await alarmed(stage, sequel, LOST, 1);
  return `reconcile has ${LOST} quarantined within ${minutes} minutes, without a second alarm`;
});

const releaseEarly = stepOf("release that is too early", async (stage, sequel: Sequel) => {
  const detail = await sequel.operator.act("release", LOST, "it is said to be well");
  must(/violation still lasts/.test(detail), `the release should tell that the violation lasts: ${detail}`);
  sequel.contained.delete(LOST);
  await inLedger(sequel, LOST, "released");
  await onlyContained(stage, sequel);
  return `${LOST} is free, and the release says that its violation still lasts`;
});

const catchAgain = stepOf("caught again", async (stage, sequel: Sequel) => {
  const minutes = await untilCaught(stage, sequel, await enlist(stage, sequel, LOST));
  const { record } = await inLedger(sequel, LOST, "quarantined");
  const { alarmedAt = "", releasedAt = "" } = record ?? {};
  must(
    alarmedAt > releasedAt,
    `${LOST} was released at ${releasedAt}, and caught by a datapoint of ${alarmedAt}`,
  );
  return `${LOST} goes on, and is in quarantine again within ${minutes} minutes, by its first datapoint after the release`;
});

const pause = stepOf("pause", async (stage, sequel: Sequel) => {
  await sequel.operator.pause();
  const player = await enlist(stage, sequel, WAITING);
  await violate(stage, sequel, [player]);
  await alarmed(stage, sequel, WAITING, 1);
  const waiting = await waitingIn(stage, sequel.outputs.alarmsQueueUrl);
  must(waiting === 1, `1 alarm should wait in the queue; there are ${waiting}`);
  await onlyContained(stage, sequel);
  await player.say("paused, and untouched");
  return `${WAITING} alarms, the alarm waits in the queue, and nobody is touched`;
});

const resume = stepOf("resume", async (stage, sequel: Sequel) => {
  await sequel.operator.resume();
  await stage.advance(1);
  sequel.contained.add(WAITING);
  await onlyContained(stage, sequel);
  await inLedger(sequel, WAITING, "quarantined");
  await queuesAreEmpty(stage, sequel);
  return `${WAITING} is in quarantine, no alarm waits, and none is a dead letter`;
});

/** Places of the behavior that are taken in the hour in which the window that has begun will end. */
async function placesTaken(stage: Stage, { play, outputs }: Sequel): Promise<number> {
  const now = (await lastEnd(stage)) + BASE_SECONDS * 1000;
  const { ledgerTableName: tableName } = outputs;
  const request = { tableName, securityProfileName: play.profile, behaviorName: play.behavior.name, now };
  const { Item } = await stage.dynamo.send(new GetItemCommand(placesOf(request)));
  return Item?.things?.SS?.length ?? 0;
}

/** Devices that alarm where one place is left. */
const THREE = ["dev-LIMIT-1", "dev-LIMIT-2", "dev-LIMIT-3"];

const hold = stepOf("held beyond the limit", async (stage, sequel: Sequel) => {
  const { responses, operator, contained } = sequel;
  const quarantineLimitPerHour = (await placesTaken(stage, sequel)) + 1;
  await redeploy(stage, sequel, { ...responses, quarantineLimitPerHour });
  const players = [];
  for (const name of THREE) players.push(await enlist(stage, sequel, name));
  await violate(stage, sequel, players);
  const held = (await operator.list("held")).map(({ thingName }) => thingName);
  const taken = THREE.filter((name) => !held.includes(name));
  must(
    taken.length === 1,
    `of ${THREE.join(", ")} one should be beyond no limit; held are ${held.join(", ")}`,
  );
  for (const name of taken) contained.add(name);
  await onlyContained(stage, sequel);
  return `three alarm where quarantineLimitPerHour leaves one place: ${taken[0]} is quarantined, ${held.join(" and ")} are held`;
});

const decide = stepOf("approve and reject", async (stage, sequel: Sequel) => {
  const { operator, contained } = sequel;
  const [approved = "", rejected = ""] = (await operator.list("held")).map(({ thingName }) => thingName);
  await operator.act("approve", approved, "it is not one of ours");
  await operator.act("reject", rejected, "it is being serviced");
  contained.add(approved);
  await onlyContained(stage, sequel);
  // It violates on, and its violation is settled.
  await violate(stage, sequel, [await enlist(stage, sequel, rejected)]);
  const queued = await operator.reconcile();
  must(queued === 0, `reconcile queued ${queued} alarms, though a person has decided`);
  await onlyContained(stage, sequel);
  return `${approved} is quarantined, ${rejected} goes on for good, whatever its violation does`;
});

const putBack = stepOf("nothing is left over", async (stage, sequel: Sequel) => {
  await redeploy(stage, sequel, sequel.responses);
  await asDeployed(stage, sequel);
  await queuesAreEmpty(stage, sequel);
  const held = await sequel.operator.list("held");
  must(held.length === 0, `held are ${held.map(({ thingName }) => thingName).join(", ")}`);
  await onlyContained(stage, sequel);
  return `${sequel.contained.size} devices are in quarantine, none is held, no alarm waits or is lost`;
});

/** What is played after the first quarantine, in order. */
export const sequelSteps = (sequel: Sequel): readonly Step[] =>
  [observe, switchOn, lose, makeGood, releaseEarly, catchAgain, pause, resume, hold, decide, putBack].map(
    (step) => step(sequel),
  );
