import { MetricAlarm } from "@pulumi/aws/cloudwatch";
import { Topic, TopicPolicy, TopicSubscription } from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { type AwsScope, regionalArn } from "../lib/aws/arns";
import { notificationTopicPolicy } from "./documents/notification-topic";
import { underCreationHooks } from "./name-taken";
import { type AlarmSpec, alarmSpecs, type Watched } from "./notification-alarms";
import { componentTags } from "./tags";

/** Arguments of {@link Notifications}. */
export interface NotificationsArgs {
  /** Name of the stack, for the tags. */
  readonly stack: string;
  /** Partition, region and account of the topic. */
  readonly scope: AwsScope;
  /** Physical name of the topic, 1 to 256 of `[a-zA-Z0-9_-]`. */
  readonly topicName: string;
  /** How the name of each CloudWatch alarm begins; at most 200 characters. */
  readonly alarmPrefix: string;
  /** Mail addresses that are subscribed; each gets a mail that asks to confirm. */
  readonly emails: readonly string[];
  /** What the CloudWatch alarms watch. */
  readonly watched: Omit<Watched, "stack">;
}

/**
 * The topic of what people are told, and the CloudWatch alarms on it.
 *
 * It has no key of its own: nothing secret goes through it, mail leaves AWS as plain text, AWS's own key keeps CloudWatch
 * out, and a key that breaks would silence the alarm that tells so.
 */
export class Notifications extends pulumi.ComponentResource {
  /** ARN of the topic, once it exists. */
  readonly topicArn: pulumi.Output<string>;

  /** @param opts - the topic is created under its hooks of creation. */
  constructor(name: string, args: NotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot-quarantine:index:Notifications", name, args, opts);
    const tags = { ...componentTags(args.stack, "Notifications") };
    const topic = new Topic(
      `${name}-topic`,
      {
        // Explicit, so that the functions' roles know it before it exists. Not deleteBeforeReplace: only another name
        // replaces it, and the new one can stand beside the old.
        name: args.topicName,
        tags,
      },
      { parent: this, ...underCreationHooks(opts) },
    );
    const policy = notificationTopicPolicy(args.scope, regionalArn(args.scope, "sns", args.topicName));
    new TopicPolicy(`${name}-policy`, { arn: topic.arn, policy: JSON.stringify(policy) }, { parent: this });
    for (const email of args.emails) {
      new TopicSubscription(
        `${name}-email-${email}`,
        { topic: topic.arn, protocol: "email", endpoint: email },
        { parent: this },
      );
    }
    for (const spec of alarmSpecs({ ...args.watched, stack: args.stack })) {
      new MetricAlarm(
        `${name}-${spec.key}`,
        {
          name: `${args.alarmPrefix}-${spec.key}`,
          ...alarmInputs(spec),
          // Not when it is over: who is told that something is wrong looks, and sees.
          alarmActions: [topic.arn],
          tags,
        },
        { parent: this },
      );
    }
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

function alarmInputs({
  description,
  metrics,
  expression,
  period,
  datapoints,
  above,
  noData,
  key,
}: AlarmSpec) {
  return {
    alarmDescription: `${description}. See docs/runbook.md, ${key.replace(/-\d+$/, "")}.`,
    comparisonOperator: "GreaterThanThreshold",
    threshold: above,
    evaluationPeriods: datapoints,
    treatMissingData: noData,
    metricQueries: [
      { id: "watched", label: key, expression, returnData: true },
      ...metrics.map(({ stat, dimensions, ...metric }, index) => ({
        id: `m${index}`,
        metric: { ...metric, dimensions: { ...dimensions }, period, stat },
      })),
    ],
  };
}
