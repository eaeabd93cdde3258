import type * as sdk from "@aws-sdk/client-scheduler";
import { regionalArn } from "../../../../lib/aws/arns";
import { AwsError } from "../../../wire/aws-error";
import { checkConstraints } from "../../../wire/constraints";
import { pageOf } from "../../../wire/pagination";
import { conflict, validation } from "../errors";
import { intervalOf } from "../rate";
import { DEFAULT_GROUP, type Schedule, type SchedulerStore, type ScheduleSettings } from "../store";

/** Source: EventBridge Scheduler API Reference, "RetryPolicy". */
const RETRY = {
  MaximumEventAgeInSeconds: { min: 60, max: 86_400 },
  MaximumRetryAttempts: { min: 0, max: 185 },
};
const DEFAULT_RETRY = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

const MEMBERS = [
  ...["ActionAfterCompletion", "Description", "EndDate", "FlexibleTimeWindow", "KmsKeyArn"],
  ...["ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "State", "Target"],
] as const;

const DEFAULTS = { ActionAfterCompletion: "NONE", ScheduleExpressionTimezone: "UTC", State: "ENABLED" };

/**
 * What a request sets. An update sets everything: what it leaves out is the default again (API Reference,
 * "UpdateSchedule"). The role is tried at once.
 */
function settingsOf(store: SchedulerStore, input: sdk.CreateScheduleInput | sdk.UpdateScheduleInput) {
  intervalOf(input.ScheduleExpression ?? "");
  const { Target } = input;
  if (!/^arn:[^:]+:lambda:/.test(Target?.Arn ?? "")) {
    throw validation(`The sandbox schedules Lambda functions only; the target is ${Target?.Arn}.`);
  }
  if (Target?.Input === undefined) throw validation("The sandbox knows no event of a target without Input.");
  checkConstraints(Target.RetryPolicy ?? {}, RETRY, validation);
  checkRole(store, Target.RoleArn);
  const given = MEMBERS.flatMap((member) => (input[member] === undefined ? [] : [[member, input[member]]]));
  const RetryPolicy = { ...DEFAULT_RETRY, ...Target.RetryPolicy };
  return {
    ...DEFAULTS,
    ...Object.fromEntries(given),
    Target: { ...Target, RetryPolicy },
  } as ScheduleSettings;
}

function checkRole(store: SchedulerStore, roleArn: string | undefined): void {
  try {
    store.assume(roleArn);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw validation(
      "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    );
  }
}

/** CreateSchedule, in the default group. */
export function createSchedule(
  store: SchedulerStore,
  input: sdk.CreateScheduleInput,
): sdk.CreateScheduleOutput {
  const { Name: name = "", GroupName = DEFAULT_GROUP } = input;
  if (GroupName !== DEFAULT_GROUP) store.get(name, GroupName);
  if (store.schedules.has(name)) throw conflict(`Schedule ${name} already exists.`);
  const settings = settingsOf(store, input);
  const schedule: Schedule = {
    name,
    arn: regionalArn(store.env, "scheduler", `schedule/${DEFAULT_GROUP}/${name}`),
    creationDate: store.env.clock.date(),
    lastModificationDate: store.env.clock.date(),
    settings,
    cancel: () => undefined,
  };
  store.schedules.set(name, schedule);
  store.arm(schedule, settings);
  return { ScheduleArn: schedule.arn };
}

/** GetSchedule. */
export function getSchedule(store: SchedulerStore, input: sdk.GetScheduleInput): sdk.GetScheduleOutput {
  const { arn, name, creationDate, lastModificationDate, settings } = store.get(input.Name, input.GroupName);
  return {
    Arn: arn,
    GroupName: DEFAULT_GROUP,
    Name: name,
    CreationDate: creationDate,
    LastModificationDate: lastModificationDate,
    ...settings,
  };
}

/** UpdateSchedule: what is not given is the default again. */
export function updateSchedule(
  store: SchedulerStore,
  input: sdk.UpdateScheduleInput,
): sdk.UpdateScheduleOutput {
  const schedule = store.get(input.Name, input.GroupName);
  store.arm(schedule, settingsOf(store, input));
  return { ScheduleArn: schedule.arn };
}

/** DeleteSchedule. */
export function deleteSchedule(store: SchedulerStore, input: sdk.DeleteScheduleInput) {
  const schedule = store.get(input.Name, input.GroupName);
  schedule.cancel();
  store.schedules.delete(schedule.name);
  return {};
}

/** ListSchedules, by name. */
export function listSchedules(store: SchedulerStore, input: sdk.ListSchedulesInput): sdk.ListSchedulesOutput {
  const { GroupName = DEFAULT_GROUP, NamePrefix = "", State } = input;
  const found = [...store.schedules.values()]
    .filter(({ name }) => GroupName === DEFAULT_GROUP && name.startsWith(NamePrefix))
    .filter(({ settings }) => settings.State === (State ?? settings.State))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, nextToken } = pageOf(found, {
    size: input.MaxResults,
    token: input.NextToken,
    largest: 100,
    invalid: validation,
  });
  const Schedules = items.map(({ arn, name, creationDate, lastModificationDate, settings }) => ({
    ...{ Arn: arn, GroupName: DEFAULT_GROUP, Name: name, State: settings.State },
    ...{ CreationDate: creationDate, LastModificationDate: lastModificationDate },
    Target: { Arn: settings.Target?.Arn },
  }));
  return { Schedules, ...(nextToken !== undefined && { NextToken: nextToken }) };
}
