import {
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
import { HEALTHY, PINNED_SUSPECT, STRANGER, type Stage, SUSPECT, telemetryTopic } from "../stage";
import { must, type Step } from "../step";

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
  stage.found.alarmQueueUrl = QueueUrl;
}

/** A certificate's policy that lets its device connect as itself and send measurements, and nothing else. */
const telemetryOnly = (name: string, arn: (resource: string) => string) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "iot:Connect", Resource: arn(`client/${name}`) },
    { Effect: "Allow", Action: "iot:Publish", Resource: arn(`topic/${telemetryTopic(name)}`) },
  ],
});

/** Registers a device with a certificate whose policy allows its telemetry topic only; answers the certificate's id. */
async function registerPinned(stage: Stage, thingName: string): Promise<string> {
  const { thingArn = "" } = await stage.iot.send(new CreateThingCommand({ thingName }));
  const { certificateArn, certificateId } = await stage.iot.send(
    new CreateKeysAndCertificateCommand({ setAsActive: true }),
  );
  const prefix = thingArn.slice(0, thingArn.lastIndexOf(":"));
  const policyDocument = JSON.stringify(telemetryOnly(thingName, (resource) => `${prefix}:${resource}`));
  const policyName = `rehearsal-telemetry-of-${thingName}`;
  await stage.iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
  await stage.iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
  await stage.iot.send(new AttachThingPrincipalCommand({ thingName, principal: certificateArn }));
  must(certificateId !== undefined, `the certificate of ${thingName} has no id`);
  return certificateId;
}

/** Registers the devices and listens to the alert topic. */
export const register: Step = {
  name: "register the devices",
  run: async (stage) => {
    await listenToAlarms(stage);
    for (const thingName of [SUSPECT, ...HEALTHY])
      await stage.iot.send(new CreateThingCommand({ thingName }));
    stage.found.certificateId = await registerPinned(stage, PINNED_SUSPECT);
    stage.found.strangersCertificateId = await registerPinned(stage, STRANGER);
    return `${SUSPECT}, ${PINNED_SUSPECT} and ${STRANGER} (certificates: telemetry only), ${HEALTHY.length} healthy devices`;
  },
};

/** Connects all devices by MQTT, and a client that subscribes to everything. */
export const connectAll: Step = {
  name: "connect the devices",
  run: async (stage) => {
    const devices = [stage.suspect, stage.pinned, ...stage.healthy, stage.observer];
    await Promise.all(devices.map((device) => device.connect()));
    await stage.observer.subscribe("#");
    return `${devices.length - 1} MQTT sessions over TCP, and an observer subscribed to #`;
  },
};
