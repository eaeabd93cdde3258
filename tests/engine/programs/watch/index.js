const pulumi = require("@pulumi/pulumi");

// A security profile of somebody else's, which alerts a topic where the config names one.
const topic = new pulumi.Config().get("topic");
const alert = (arn) => ({
  SNS: {
    alertTargetArn: arn,
    roleArn: arn.replace("sns:us-east-1", "iam:").replace(/[^:]+$/, "role/alerts"),
  },
});

new pulumi.CustomResource("aws-native:iot:SecurityProfile", "watch", {
  securityProfileName: "watch",
  targetArns: ["arn:aws:iot:us-east-1:123456789012:all/registered-things"],
  behaviors: [
    {
      name: "MessagesSent",
      metric: "aws:num-messages-sent",
      criteria: {
        comparisonOperator: "less-than",
        value: { count: "10" },
        durationSeconds: 300,
        consecutiveDatapointsToAlarm: 1,
        consecutiveDatapointsToClear: 1,
      },
    },
  ],
  ...(topic && { alertTargets: alert(topic) }),
});
