import type { PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { regionalArn } from "../../../lib/aws/arns";
import type { Environment } from "../../environment";
import type { Tags } from "../../wire/tags";
import { notFound } from "./errors";

/** An alarm; nothing evaluates it. */
export interface MetricAlarm {
  readonly arn: string;
  readonly settings: PutMetricAlarmInput;
  readonly tags: Tags;
  /** When it was last put. */
  readonly updatedAt: Date;
}

/** CloudWatch's alarms. */
export class CloudWatchStore {
  readonly env: Environment;
  /** Alarms by name. */
  readonly alarms = new Map<string, MetricAlarm>();

  constructor(env: Environment) {
    this.env = env;
  }

  /** ARN of an alarm. */
  arnOf(name: string): string {
    return regionalArn(this.env, "cloudwatch", `alarm:${name}`);
  }

  /** Tags of an alarm. @throws AwsError - `ResourceNotFoundException`. */
  tagsOf(arn: string | undefined): Tags {
    const alarm = [...this.alarms.values()].find((other) => other.arn === arn);
    if (!alarm) throw notFound(`Unknown resource: ${arn}`);
    return alarm.tags;
  }
}
