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
import { HEALTHY, PINNED_SUSPECT, type Stage, SUSPECT, telemetryTopic } from "../stage";
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
const telemetryOnly = (arn: (resource: string) => string) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "iot:Connect", Resource: arn(`client/${PINNED_SUSPECT}`) },
    { Effect: "Allow", Action: "iot:Publish", Resource: arn(`topic/${telemetryTopic(PINNED_SUSPECT)}`) },
  ],
});

/** Gives one device a certificate whose policy allows its telemetry topic only. */
async function pinCertificate(stage: Stage, thingArn: string): Promise<void> {
  const { certificateArn, certificateId } = await stage.iot.send(
    new CreateKeysAndCertificateCommand({ setAsActive: true }),
  );
  const prefix = thingArn.slice(0, thingArn.lastIndexOf(":"));
  const policyDocument = JSON.stringify(telemetryOnly((resource) => `${prefix}:${resource}`));
  const policyName = "rehearsal-telemetry-only";
  await stage.iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
  await stage.iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
  await stage.iot.send(
    new AttachThingPrincipalCommand({ thingName: PINNED_SUSPECT, principal: certificateArn }),
  );
  must(certificateId !== undefined, "the certificate has no id");
  stage.found.certificateId = certificateId;
}

/** Registers the devices and listens to the alert topic. */
export const register: Step = {
  name: "register the devices",
  run: async (stage) => {
    await listenToAlarms(stage);
    for (const thingName of [SUSPECT, ...HEALTHY])
      await stage.iot.send(new CreateThingCommand({ thingName }));
    const pinned = await stage.iot.send(new CreateThingCommand({ thingName: PINNED_SUSPECT }));
    await pinCertificate(stage, pinned.thingArn ?? "");
    return `${SUSPECT}, ${PINNED_SUSPECT} (certificate: telemetry only) and ${HEALTHY.length} healthy devices`;
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
