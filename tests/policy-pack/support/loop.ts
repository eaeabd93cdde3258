import type { Stack } from "./stack";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";
const HERE = `${REGION}:${ACCOUNT}`;

export const TOPIC_ARN = `arn:aws:sns:${HERE}:prod-alarms`;
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/prod-alert-role`;
export const CALLBACK_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/prod-callback-role`;
export const PROFILE_ARN = `arn:aws:iot:${HERE}:securityprofile/prod-watch`;
export const KEY_ARN = `arn:aws:kms:${HERE}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const FUNCTION_ARN = `arn:aws:lambda:${HERE}:function:prod-callback`;
export const GROUP_ARN = `arn:aws:iot:${HERE}:thinggroup/prod-quarantined`;
export const FAILURES_ARN = `arn:aws:sqs:${HERE}:prod-failures`;
export const UNDELIVERED_ARN = `arn:aws:sqs:${HERE}:prod-undelivered`;

/** A policy document as a string. */
export const document = (...statements: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export const trustStatement = {
  Effect: "Allow",
  Principal: { Service: "iot.amazonaws.com" },
  Action: "sts:AssumeRole",
  Condition: {
    StringEquals: { "aws:SourceAccount": ACCOUNT },
    ArnEquals: { "aws:SourceArn": PROFILE_ARN },
  },
};

export const publishStatement = { Effect: "Allow", Action: "sns:Publish", Resource: TOPIC_ARN };

export const encryptStatement = {
  Effect: "Allow",
  Action: ["kms:GenerateDataKey", "kms:Decrypt"],
  Resource: KEY_ARN,
};

export const denyOthers = {
  Effect: "Deny",
  Principal: "*",
  Action: "sns:Publish",
  Resource: TOPIC_ARN,
  Condition: { ArnNotEquals: { "aws:PrincipalArn": ROLE_ARN } },
};

export const allowRole = {
  Effect: "Allow",
  Principal: { AWS: ROLE_ARN },
  Action: "sns:Publish",
  Resource: TOPIC_ARN,
};

export const snsWrites = {
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: UNDELIVERED_ARN,
  Condition: { ArnEquals: { "aws:SourceArn": TOPIC_ARN } },
};

export const keyStatements = [
  {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: ["kms:DescribeKey", "kms:PutKeyPolicy"],
    Resource: "*",
  },
  { ...encryptStatement, Principal: { AWS: ROLE_ARN }, Resource: "*" },
];

export const callbackStatements = [
  {
    Effect: "Allow",
    Action: "iot:AddThingToThingGroup",
    Resource: [`arn:aws:iot:${HERE}:thing/*`, GROUP_ARN],
  },
  { Effect: "Allow", Action: "sqs:SendMessage", Resource: FAILURES_ARN },
  {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:aws:logs:${HERE}:log-group:/aws/lambda/prod-callback:*`,
  },
];

/** ARN of something of MQTT. */
export const mqtt = (name: string): string => `arn:aws:iot:${HERE}:${name}`;

const OWN = "$aws/things/${iot:ClientId}/shadow";

/** What a member of the group may reach. */
export const REACHABLE = [
  mqtt("client/${iot:ClientId}"),
  mqtt(`topic/${OWN}/get*`),
  mqtt(`topic/${OWN}/update*`),
  mqtt(`topicfilter/${OWN}/get/*`),
  mqtt(`topicfilter/${OWN}/update/*`),
];

export const restrictiveStatements = {
  rest: { Effect: "Deny", Action: "iot:*", NotResource: REACHABLE },
  answers: {
    Effect: "Deny",
    Action: "iot:Publish",
    NotResource: [mqtt(`topic/${OWN}/get`), mqtt(`topic/${OWN}/update`)],
  },
  retained: { Effect: "Deny", Action: "iot:RetainPublish", Resource: "*" },
  reach: {
    Effect: "Allow",
    Action: ["iot:Connect", "iot:Publish", "iot:Receive", "iot:Subscribe"],
    Resource: REACHABLE,
    Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
  },
};

export const behavior = {
  name: "Sent",
  metric: "aws:num-messages-sent",
  criteria: {
    comparisonOperator: "less-than-equals",
    value: { count: "100" },
    durationSeconds: 300,
    consecutiveDatapointsToAlarm: 1,
    consecutiveDatapointsToClear: 1,
  },
};

const lambdaTrust = document({
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
});
const tags = { team: "fleet" };

function alerting(): Stack {
  return {
    profile: {
      type: "aws-native:iot:SecurityProfile",
      props: {
        securityProfileName: "prod-watch",
        behaviors: [behavior],
        alertTargets: { SNS: { alertTargetArn: TOPIC_ARN, roleArn: ROLE_ARN } },
        targetArns: [mqtt("all/registered-things")],
        tags: [{ key: "team", value: "fleet" }],
      },
    },
    "alert-role": {
      type: "aws:iam/role:Role",
      props: { name: "prod-alert-role", arn: ROLE_ARN, assumeRolePolicy: document(trustStatement), tags },
    },
    "alert-role-policy": {
      type: "aws:iam/rolePolicy:RolePolicy",
      props: { role: "prod-alert-role", policy: document(publishStatement, encryptStatement) },
    },
    key: {
      type: "aws:kms/key:Key",
      props: { arn: KEY_ARN, keyId: KEY_ARN.split("/")[1], policy: document(...keyStatements), tags },
    },
    topic: {
      type: "aws:sns/topic:Topic",
      props: { name: "prod-alarms", arn: TOPIC_ARN, kmsMasterKeyId: KEY_ARN, tags },
    },
    "topic-policy": {
      type: "aws:sns/topicPolicy:TopicPolicy",
      props: { arn: TOPIC_ARN, policy: document(denyOthers, allowRole) },
    },
  };
}

function acting(): Stack {
  return {
    "callback-role": {
      type: "aws:iam/role:Role",
      props: {
        name: "prod-callback-role",
        arn: CALLBACK_ROLE_ARN,
        assumeRolePolicy: lambdaTrust,
        tags,
      },
    },
    "callback-role-policy": {
      type: "aws:iam/rolePolicy:RolePolicy",
      props: { role: "prod-callback-role", policy: document(...callbackStatements) },
    },
    "log-group": {
      type: "aws:cloudwatch/logGroup:LogGroup",
      props: { name: "/aws/lambda/prod-callback", retentionInDays: 30, tags },
    },
    callback: {
      type: "aws:lambda/function:Function",
      props: {
        name: "prod-callback",
        arn: FUNCTION_ARN,
        role: CALLBACK_ROLE_ARN,
        reservedConcurrentExecutions: 5,
        environment: { variables: { QUARANTINE_GROUP: "prod-quarantined" } },
        tags,
      },
    },
    "invoke-config": {
      type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      props: {
        functionName: "prod-callback",
        destinationConfig: { onFailure: { destination: FAILURES_ARN } },
        maximumEventAgeInSeconds: 21_600,
      },
    },
    permission: {
      type: "aws:lambda/permission:Permission",
      props: {
        function: "prod-callback",
        action: "lambda:InvokeFunction",
        principal: "sns.amazonaws.com",
        sourceArn: TOPIC_ARN,
      },
    },
    subscription: {
      type: "aws:sns/topicSubscription:TopicSubscription",
      props: {
        topic: TOPIC_ARN,
        protocol: "lambda",
        endpoint: FUNCTION_ARN,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: UNDELIVERED_ARN }),
      },
    },
    failures: {
      type: "aws:sqs/queue:Queue",
      props: { name: "prod-failures", arn: FAILURES_ARN, messageRetentionSeconds: 1_209_600, tags },
    },
    undelivered: {
      type: "aws:sqs/queue:Queue",
      props: {
        name: "prod-undelivered",
        arn: UNDELIVERED_ARN,
        url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/prod-undelivered`,
        messageRetentionSeconds: 345_600,
        tags,
      },
    },
    "undelivered-policy": {
      type: "aws:sqs/queuePolicy:QueuePolicy",
      props: {
        queueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/prod-undelivered`,
        policy: document(snsWrites),
      },
    },
  };
}

function fencing(): Stack {
  const { rest, answers, retained, reach } = restrictiveStatements;
  return {
    group: {
      type: "aws:iot/thingGroup:ThingGroup",
      props: { name: "prod-quarantined", arn: GROUP_ARN, tags },
    },
    restrictive: {
      type: "aws:iot/policy:Policy",
      props: {
        name: "prod-restrictive",
        arn: mqtt("policy/prod-restrictive"),
        policy: document(rest, answers, retained, reach),
        tags,
      },
    },
    attachment: {
      type: "aws:iot/policyAttachment:PolicyAttachment",
      props: { policy: "prod-restrictive", target: GROUP_ARN },
    },
  };
}

/** A quarantine loop of somebody else, closed, with all values known and none of our tags. */
export const closedLoop = (): Stack => structuredClone({ ...alerting(), ...acting(), ...fencing() });
