import { AlarmQueue, type AlarmQueueArgs } from "../../infra/alarm-queue";
import { alarmQueuePolicy } from "../../infra/documents/alarm-queue";
import { childrenOf, named, record, SCOPE } from "./recorder";

const topicArn = "arn:aws:sns:us-east-1:123456789012:DDA_Alerts";
const arn = "arn:aws:sqs:us-east-1:123456789012";
const url = "https://sqs.us-east-1.amazonaws.com/123456789012";
const args: AlarmQueueArgs = {
  stack: "dev",
  scope: SCOPE,
  queueName: "alarms",
  deadLetterQueueName: "letters",
  functionTimeoutSeconds: 45,
  topicName: "DDA_Alerts",
  topicArn,
};
const tags = { "iot-quarantine:stack": "dev", "iot-quarantine:component": "AlarmQueue" };
const kept = { messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true, tags };

const run = () => record(() => new AlarmQueue("q", args));

test("the component is a queue, its dead letters, who may send to both, and the subscription", async () => {
  const { registrations } = await run();
  const { children } = childrenOf(registrations, "iot-quarantine:index:AlarmQueue");
  const policyOf = (name: string) => JSON.stringify(alarmQueuePolicy(`${arn}:${name}`, topicArn));
  expect(children).toEqual({
    "q-dead-letters": {
      type: "aws:sqs/queue:Queue",
      inputs: { name: "letters", policy: policyOf("letters"), ...kept },
    },
    "q-queue": {
      type: "aws:sqs/queue:Queue",
      inputs: {
        name: "alarms",
        policy: policyOf("alarms"),
        // Six times the function's timeout.
        visibilityTimeoutSeconds: 270,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: `${arn}:letters`, maxReceiveCount: 5 }),
        ...kept,
      },
    },
    "q-subscription": {
      type: "aws:sns/topicSubscription:TopicSubscription",
      inputs: {
        topic: topicArn,
        protocol: "sqs",
        endpoint: `${arn}:alarms`,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: `${arn}:letters` }),
      },
    },
  });
});

test("the component shows its arguments, and registers all of its outputs", async () => {
  const { registrations } = await run();
  const component = named(registrations, "q");
  expect(component.inputs).toEqual(args);
  expect(component.outputs).toEqual({
    queueArn: `${arn}:alarms`,
    queueUrl: `${url}/alarms`,
    deadLetterQueueUrl: `${url}/letters`,
  });
});
