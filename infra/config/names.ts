import { createHash } from "node:crypto";

/** Which stack of which project is being deployed. */
export interface StackIdentity {
  /** Name of the Pulumi project. */
  readonly project: string;
  /** Name of the Pulumi stack, without its organisation. */
  readonly stack: string;
}

/** Hexadecimal digits of the hash that stands for what was cut or replaced. */
const HASH_DIGITS = 8;

/**
 * A physical name made of project, stack and role, the same for the same stack on every run.
 *
 * Only `[A-Za-z0-9_-]` is left, which every service used here accepts. A stack's name may also hold dots
 * and may be long: where something had to be replaced or cut, a hash of the whole keeps the names of two
 * stacks apart.
 *
 * @param role - what the resource is for, such as `alerts`; empty for the bare stack's name.
 * @param maxLength - the service's limit, in characters.
 */
export function derivedName(identity: StackIdentity, role: string, maxLength: number): string {
  const whole = `${identity.project}-${identity.stack}`;
  const clean = whole.replace(/[^A-Za-z0-9_-]/g, "-");
  const suffix = role === "" ? "" : `-${role}`;
  if (clean === whole && clean.length + suffix.length <= maxLength) return `${clean}${suffix}`;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, HASH_DIGITS);
  const room = maxLength - suffix.length - HASH_DIGITS - 1;
  return `${clean.slice(0, room)}-${hash}${suffix}`;
}

/** IAM roles: IAM User Guide, "IAM and AWS STS quotas", role names 64 characters. */
const ROLE_NAME_LENGTH = 64;

/** Functions: AWS Lambda API Reference, "CreateFunction"; schedules: EventBridge Scheduler API Reference, "CreateSchedule". */
const FUNCTION_NAME_LENGTH = 64;
const SCHEDULE_NAME_LENGTH = 64;

/** DynamoDB tables: Amazon DynamoDB Developer Guide, "Naming rules", 3 to 255 characters. */
const TABLE_NAME_LENGTH = 255;

/** SQS queues: Amazon SQS Developer Guide, "Amazon SQS standard queue quotas", queue name 80 characters. */
const QUEUE_NAME_LENGTH = 80;

/** SNS topics: Amazon SNS API Reference, "CreateTopic", 256 characters. */
const TOPIC_NAME_LENGTH = 256;

/** CloudWatch alarms: Amazon CloudWatch API Reference, "PutMetricAlarm", 255 characters; some are left for what it is of. */
const ALARM_PREFIX_LENGTH = 200;

/** KMS aliases: KMS API Reference, "CreateAlias", 256 characters with the prefix `alias/`. */
const ALIAS_NAME_LENGTH = 256;

/** Names of the resources that nobody needs to name. */
export function derivedNames(identity: StackIdentity) {
  return {
    /** IAM role that Device Defender assumes to publish an alarm. */
    alertRole: derivedName(identity, "alert-role", ROLE_NAME_LENGTH),
    /** Alias of the topic's key, with the prefix `alias/`. */
    alertKeyAlias: `alias/${derivedName(identity, "alerts", ALIAS_NAME_LENGTH - "alias/".length)}`,
    callbackRole: derivedName(identity, "callback-role", ROLE_NAME_LENGTH),
    reconcileFunction: derivedName(identity, "reconcile", FUNCTION_NAME_LENGTH),
    reconcileRole: derivedName(identity, "reconcile-role", ROLE_NAME_LENGTH),
    reconcileSchedule: derivedName(identity, "reconcile", SCHEDULE_NAME_LENGTH),
    /** IAM role by which the schedule does. */
    scheduleRole: derivedName(identity, "schedule-role", ROLE_NAME_LENGTH),
    /** DynamoDB table of what was decided. */
    ledger: derivedName(identity, "ledger", TABLE_NAME_LENGTH),
    notificationTopic: derivedName(identity, "notifications", TOPIC_NAME_LENGTH),
    /** How the names of CloudWatch alarms begin. */
    alarmPrefix: derivedName(identity, "", ALARM_PREFIX_LENGTH),
    alarmQueue: derivedName(identity, "alarms", QUEUE_NAME_LENGTH),
    /** Queue of alarms that the function failed on too often, or that SNS could not deliver. */
    alarmDeadLetterQueue: derivedName(identity, "alarms-dead-letters", QUEUE_NAME_LENGTH),
  };
}

/** Physical names of what config does not name. */
export type DerivedNames = Readonly<ReturnType<typeof derivedNames>>;
