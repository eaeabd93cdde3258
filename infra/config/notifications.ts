import type { NotificationsArgs } from "../notifications";
import type { DerivedNames } from "./names";
import type { ConfigReader } from "./reader";
import type { SecurityProfileSpec } from "./security-profiles";

/** Mail addresses as far as they can be told by their looks: SNS asks each to confirm. */
const EMAIL = /^[^@\s]{1,64}@[^@\s]{1,255}$/;

function readEmails(reader: ConfigReader): readonly string[] {
  const value = reader.value("notifyEmails");
  const rule = "a list of mail addresses, each once";
  if (!Array.isArray(value)) return reader.refuse("notifyEmails", value, rule, []);
  const wrong = value.filter(
    (email, index) => typeof email !== "string" || !EMAIL.test(email) || value.indexOf(email) !== index,
  );
  return wrong.length > 0 ? reader.refuse("notifyEmails", wrong[0], rule, []) : value;
}

/** Each behavior whose violations send alarms, with its profile. */
const alertingBehaviors = (profiles: readonly SecurityProfileSpec[]) =>
  profiles
    .flatMap(({ name, behaviors }) =>
      behaviors
        .filter(({ suppressAlerts }) => suppressAlerts !== true)
        .map((behavior) => ({ profile: name, behavior: behavior.name })),
    )
    // Behaviors in another order are the same alarms.
    .sort((a, b) => (`${a.profile}/${a.behavior}` < `${b.profile}/${b.behavior}` ? -1 : 1));

/** What the notifications are to be told: who is subscribed by mail, and what the CloudWatch alarms watch. */
export const readNotifications = (
  reader: ConfigReader,
  names: DerivedNames,
  watched: {
    readonly topicName: string;
    readonly functionName: string;
    readonly profiles: readonly SecurityProfileSpec[];
  },
): Omit<NotificationsArgs, "stack" | "scope"> => ({
  topicName: names.notificationTopic,
  alarmPrefix: names.alarmPrefix,
  emails: readEmails(reader),
  watched: {
    alertTopicName: watched.topicName,
    queueName: names.alarmQueue,
    deadLetterQueueName: names.alarmDeadLetterQueue,
    callbackFunctionName: watched.functionName,
    reconcileFunctionName: names.reconcileFunction,
    behaviors: alertingBehaviors(watched.profiles),
  },
});
