import { ACCOUNT, document, mqtt, REGION } from "./loop";
import { type Stack, UNKNOWN } from "./stack";

const CENTRAL_TOPIC = "arn:aws:sns:eu-central-1:999999999999:security-findings";
const PINNED = mqtt("client/${iot:Connection.Thing.ThingName}");

function devices(): Stack {
  return {
    sensors: {
      type: "aws:iot/thingGroup:ThingGroup",
      props: { name: "sensors", parentGroupName: "fleet", tags: { team: "fleet" } },
    },
    fleet: { type: "aws:iot/thingGroup:ThingGroup", props: { name: "fleet" } },
    stale: {
      type: "aws-native:iot:ThingGroup",
      props: { thingGroupName: "stale", queryString: "connectivity.connected:false" },
    },
    "group-policy": {
      type: "aws:iot/policy:Policy",
      props: {
        name: "sensors-may",
        // In a group it acts only under the thing's own name.
        policy: document({ Effect: "Allow", Action: "iot:*", Resource: "*" }),
      },
    },
    "group-attachment": {
      type: "aws:iot/policyAttachment:PolicyAttachment",
      props: { policy: "sensors-may", target: mqtt("thinggroup/sensors") },
    },
    "device-policy": {
      type: "aws:iot/policy:Policy",
      props: {
        name: "device",
        policy: document(
          {
            Effect: "Allow",
            Action: "iot:Connect",
            Resource: PINNED,
            Condition: { Bool: { "iot:Connection.Thing.IsAttached": ["true"] } },
          },
          { Effect: "Allow", Action: ["iot:Publish", "iot:Receive"], Resource: mqtt("topic/telemetry/*") },
        ),
      },
    },
    rule: {
      type: "aws:iot/topicRule:TopicRule",
      props: {
        name: "ingest",
        sql: "SELECT * FROM 'telemetry/#'",
        enabled: true,
        sqs: { queueUrl: UNKNOWN },
      },
    },
  };
}

function backend(): Stack {
  const role = `arn:aws:iam::${ACCOUNT}:role/ingest`;
  return {
    orders: { type: "aws:sns/topic:Topic", props: { name: "orders" } },
    "central-subscription": {
      type: "aws:sns/topicSubscription:TopicSubscription",
      props: { topic: CENTRAL_TOPIC, protocol: "email", endpoint: "soc@example.com" },
    },
    "central-alarm": {
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      props: { name: "errors", alarmActions: [CENTRAL_TOPIC] },
    },
    "orders-subscription": {
      type: "aws:sns/topicSubscription:TopicSubscription",
      props: { topic: UNKNOWN, protocol: "lambda", endpoint: UNKNOWN },
      sources: { topic: ["orders"], endpoint: ["ingest"] },
    },
    "orders-permission": {
      type: "aws:lambda/permission:Permission",
      props: { function: "ingest", principal: "sns.amazonaws.com" },
    },
    "ingest-role": {
      type: "aws:iam/role:Role",
      props: {
        name: "ingest",
        arn: role,
        managedPolicyArns: [
          "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
          "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
        ],
      },
    },
    "ingest-policy": {
      type: "aws:iam/rolePolicy:RolePolicy",
      props: { role: "ingest", policy: document({ Effect: "Allow", Action: "dynamodb:*", Resource: "*" }) },
    },
    ingest: {
      type: "aws:lambda/function:Function",
      props: {
        name: "ingest",
        role,
        vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
        tracingConfig: { mode: "Active" },
        environment: { variables: { GROUP: "sensors" } },
      },
    },
    buffer: {
      type: "aws:sqs/queue:Queue",
      props: { name: "buffer", sqsManagedSseEnabled: true, messageRetentionSeconds: 3600 },
    },
    "buffer-policy": {
      type: "aws:sqs/queuePolicy:QueuePolicy",
      props: { queueUrl: UNKNOWN, policy: UNKNOWN },
      sources: { queueUrl: ["buffer"], policy: ["buffer"] },
    },
    key: { type: "aws:kms/key:Key", props: { description: "of something else" } },
    network: {
      type: "aws:cloudformation/stack:Stack",
      props: { name: "network", templateBody: `Resources:\n  Vpc:\n    Type: AWS::EC2::VPC\n` },
    },
    bus: {
      type: "aws:cloudcontrol/resource:Resource",
      props: { typeName: "AWS::Events::EventBus", desiredState: UNKNOWN },
      sources: { desiredState: ["orders"] },
    },
    region: { type: "pulumi:providers:aws", props: { region: REGION } },
  };
}

/** An IoT backend that has nothing to do with a quarantine, as a first preview shows it. */
export const ordinaryStack = (): Stack => ({ ...devices(), ...backend() });
