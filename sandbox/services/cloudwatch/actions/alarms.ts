import type * as sdk from "@aws-sdk/client-cloudwatch";
import { pageOf } from "../../../wire/pagination";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { checkAlarm } from "../checks";
import { invalidToken, validation } from "../errors";
import type { CloudWatchStore, MetricAlarm } from "../store";

/** PutMetricAlarm: makes an alarm or takes the place of one whole, but for its tags, which a later call does not change. */
export function putMetricAlarm(cloudWatch: CloudWatchStore, input: sdk.PutMetricAlarmInput): void {
  checkAlarm(input);
  const { AlarmName = "", Tags, ...settings } = input;
  cloudWatch.alarms.set(AlarmName, {
    arn: cloudWatch.arnOf(AlarmName),
    settings: { AlarmName, ...settings },
    tags: cloudWatch.alarms.get(AlarmName)?.tags ?? mergeTags(new Map(), tagPairs(Tags), validation),
    updatedAt: cloudWatch.env.clock.date(),
  });
}

/** An alarm as it is told; nothing has evaluated it, so that its state is that of a new one. */
const shown = ({ arn, settings, updatedAt }: MetricAlarm): sdk.MetricAlarm => ({
  ActionsEnabled: true,
  OKActions: [],
  AlarmActions: [],
  InsufficientDataActions: [],
  // An alarm of queries has them within these.
  ...(settings.Metrics === undefined && { Dimensions: [] }),
  ...settings,
  AlarmArn: arn,
  AlarmConfigurationUpdatedTimestamp: updatedAt,
  StateValue: "INSUFFICIENT_DATA",
  StateReason: "Unchecked: Initial alarm creation",
  StateUpdatedTimestamp: updatedAt,
});

/** DescribeAlarms: by names, by a prefix, or all; there are metric alarms alone. */
export function describeAlarms(cloudWatch: CloudWatchStore, input: sdk.DescribeAlarmsInput) {
  const { AlarmNames, AlarmNamePrefix, AlarmTypes = ["MetricAlarm"], MaxRecords, NextToken } = input;
  if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) {
    throw validation("AlarmNamePrefix cannot be set with AlarmNames.");
  }
  const found = [...cloudWatch.alarms]
    .filter(([name]) => AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix ?? ""))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, alarm]) => alarm);
  const wanted = AlarmTypes.includes("MetricAlarm") ? found : [];
  const { items, nextToken } = pageOf(wanted, {
    size: MaxRecords,
    member: "maxRecords",
    token: NextToken,
    largest: 100,
    invalid: invalidToken,
  });
  return {
    MetricAlarms: items.map(shown),
    CompositeAlarms: [],
    ...(nextToken !== undefined && { NextToken: nextToken }),
  } satisfies sdk.DescribeAlarmsOutput;
}

/** DeleteAlarms: also fine for those that are gone already. */
export function deleteAlarms(cloudWatch: CloudWatchStore, { AlarmNames = [] }: sdk.DeleteAlarmsInput): void {
  for (const name of AlarmNames) cloudWatch.alarms.delete(name);
}
