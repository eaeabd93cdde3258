import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateThingCommand,
} from "@aws-sdk/client-iot";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { type Actor, STRANGER } from "../../scenario/cast";
import { metricOf } from "../../scenario/reading";
import type { Play } from "../../scenario/scenario";
import { countedTopic } from "../../scenario/topics";
import { iotArn } from "../arn";
import { reportTopic } from "../defender-report";
import { Player, type Topics, usualTopics } from "../player";
import type { Scene } from "../scene";
import type { Stage } from "../stage";
import { must, stepOf } from "../step";

/** Lets the alert topic, and nothing else, write into the queue. */
const queuePolicy = (queueArn: string, topicArn: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
    },
  ],
});

/** Listens to the alert topic with a queue, so that the alarm is seen on SNS and not only by its effects. */
async function listenToAlarms(stage: Stage): Promise<void> {
  const { QueueUrl } = await stage.sqs.send(new CreateQueueCommand({ QueueName: "rehearsal-alarms" }));
  const { Attributes } = await stage.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const queueArn = Attributes?.QueueArn ?? "";
  const { alertTopicArn } = stage.outputs;
  const Policy = JSON.stringify(queuePolicy(queueArn, alertTopicArn));
  await stage.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await stage.sns.send(
    new SubscribeCommand({
      TopicArn: alertTopicArn,
      Protocol: "sqs",
      Endpoint: queueArn,
      Attributes: { RawMessageDelivery: "true" },
    }),
  );
  must(QueueUrl !== undefined, "the queue that listens to the alarms has no URL");
  stage.alarmQueueUrl = QueueUrl;
}

/** A certificate's policy that lets its device connect as itself, send measurements, take commands and report. */
const ownTopicsOnly = (stage: Stage, name: string, { telemetry, commands }: Topics) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "iot:Connect", Resource: iotArn(stage, `client/${name}`) },
    {
      Effect: "Allow",
      Action: "iot:Publish",
      Resource: [telemetry, reportTopic(name)].map((topic) => iotArn(stage, `topic/${topic}`)),
    },
    { Effect: "Allow", Action: "iot:Subscribe", Resource: iotArn(stage, `topicfilter/${commands}`) },
    { Effect: "Allow", Action: "iot:Receive", Resource: iotArn(stage, `topic/${commands}`) },
  ],
});

/** A certificate with such a policy; its id. */
async function certify(stage: Stage, { name, isThing }: Actor, topics: Topics): Promise<string> {
  const { certificateArn, certificateId } = await stage.iot.send(
    new CreateKeysAndCertificateCommand({ setAsActive: true }),
  );
  const policyName = `rehearsal-of-${name}`.replace(/[^\w+=,.@-]/g, "_").slice(0, 128);
  const policyDocument = JSON.stringify(ownTopicsOnly(stage, name, topics));
  await stage.iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
  await stage.iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
  if (isThing) {
    await stage.iot.send(new AttachThingPrincipalCommand({ thingName: name, principal: certificateArn }));
  }
  must(certificateId !== undefined, `the certificate of ${name} has no id`);
  return certificateId;
}

/** Registers a device as it is to be: a thing or none, in its groups, with a certificate of its own or none. */
async function register(stage: Stage, actor: Actor, topics = usualTopics(actor.name)): Promise<Player> {
  const thingName = actor.name;
  if (actor.isThing) await stage.iot.send(new CreateThingCommand({ thingName }));
  for (const thingGroupName of actor.groups) {
    await stage.iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
  }
  const certificateId = actor.isPinned ? await certify(stage, actor, topics) : undefined;
  return new Player(stage, actor, topics, certificateId);
}

/** The topics of an offender: those that its behavior counts. */
function topicsOf({ behavior }: Play, name: string, stage: Stage): Topics {
  const usual = usualTopics(name);
  const counted = (topic: string) =>
    countedTopic(behavior.metricDimension, stage.scenario.dimensions, name, topic);
  switch (metricOf(behavior)) {
    case "aws:num-authorization-failures":
      return { ...usual, forbidden: counted(usual.forbidden) };
    case "aws:num-messages-received":
      return { ...usual, commands: counted(usual.commands) };
    default:
      return { ...usual, telemetry: counted(usual.telemetry) };
  }
}

/** Registers a device that violates the behavior of a play. */
export const registerOffender = (stage: Stage, play: Play, actor: Actor): Promise<Player> =>
  register(stage, actor, topicsOf(play, actor.name, stage));

/** Registers everybody of a play. */
async function registerScene(stage: Stage, play: Play): Promise<Scene> {
  const as = (actor: Actor) => registerOffender(stage, play, actor);
  const lead = await as(play.lead);
  const second = play.second && (await as(play.second));
  const outsider = play.outsider && (await as(play.outsider));
  const exempt: Player[] = [];
  for (const actor of play.exempt) exempt.push(await as(actor));
  return {
    play,
    lead,
    exempt,
    points: [],
    decisions: [],
    ...(second && { second }),
    ...(outsider && { outsider }),
  };
}

/** Registers the devices and listens to the alert topic. */
export const registerAll = stepOf("register the devices", async (stage, scenes: Scene[]) => {
  await listenToAlarms(stage);
  const { fleet, plays, exemptGroups } = stage.scenario;
  const groups = [...stage.scenario.groups, ...exemptGroups];
  for (const actor of fleet) stage.healthy.push(await register(stage, actor));
  for (const play of plays) scenes.push(await registerScene(stage, play));
  const stranger = { name: STRANGER, isThing: true, groups: [], isPinned: true };
  await stage.iot.send(new CreateThingCommand({ thingName: STRANGER }));
  stage.strangersCertificateId = await certify(stage, stranger, usualTopics(STRANGER));
  const offenders = scenes.map(({ lead, second }) =>
    [lead.name, ...(second ? [second.name] : [])].join(" and "),
  );
  const members = groups.length === 0 ? "" : `; members of ${groups.join(", ")}`;
  return `${fleet.length} healthy devices${members}; offenders: ${offenders.join(", ") || "none"}`;
});
