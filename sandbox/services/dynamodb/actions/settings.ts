import type * as sdk from "@aws-sdk/client-dynamodb";
import { tagActions, tagItems } from "../../../wire/tags";
import { validation } from "../errors";
import type { DynamoStore, TableExtras } from "../store";

const backupsOf = (extras: TableExtras) => ({
  ContinuousBackupsDescription: {
    ContinuousBackupsStatus: "ENABLED" as const,
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: extras.pointInTimeRecovery ? ("ENABLED" as const) : ("DISABLED" as const),
      ...(extras.pointInTimeRecovery && { RecoveryPeriodInDays: 35 }),
    },
  },
});

/** DescribeContinuousBackups: nothing is backed up; the setting is kept. */
export const describeContinuousBackups = (
  store: DynamoStore,
  input: sdk.DescribeContinuousBackupsInput,
): sdk.DescribeContinuousBackupsOutput => backupsOf(store.extrasOf(input.TableName));

/** UpdateContinuousBackups. */
export function updateContinuousBackups(
  store: DynamoStore,
  input: sdk.UpdateContinuousBackupsInput,
): sdk.UpdateContinuousBackupsOutput {
  const extras = store.extrasOf(input.TableName);
  extras.pointInTimeRecovery = input.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false;
  return backupsOf(extras);
}

/** DescribeTimeToLive. */
export function describeTimeToLive(
  store: DynamoStore,
  input: sdk.DescribeTimeToLiveInput,
): sdk.DescribeTimeToLiveOutput {
  const { ttlAttribute } = store.extrasOf(input.TableName);
  return {
    TimeToLiveDescription:
      ttlAttribute === undefined
        ? { TimeToLiveStatus: "DISABLED" }
        : { TimeToLiveStatus: "ENABLED", AttributeName: ttlAttribute },
  };
}

/** UpdateTimeToLive: the setting is kept, and no item ends (AWS deletes within days of the time). */
export function updateTimeToLive(
  store: DynamoStore,
  input: sdk.UpdateTimeToLiveInput,
): sdk.UpdateTimeToLiveOutput {
  const extras = store.extrasOf(input.TableName);
  const { Enabled, AttributeName } = input.TimeToLiveSpecification ?? {};
  if (Enabled === (extras.ttlAttribute !== undefined)) {
    throw validation(`TimeToLive is already ${Enabled ? "enabled" : "disabled"}`);
  }
  extras.ttlAttribute = Enabled ? AttributeName : undefined;
  return { TimeToLiveSpecification: { Enabled, AttributeName } };
}

/** ListTagsOfResource. */
export const listTagsOfResource = (
  store: DynamoStore,
  input: sdk.ListTagsOfResourceInput,
): sdk.ListTagsOfResourceOutput => ({ Tags: tagItems(store.extrasOf(input.ResourceArn).tags) });

/** TagResource, UntagResource. */
export const { tag: tagResource, untag: untagResource } = tagActions(
  (store: DynamoStore, { ResourceArn }: sdk.ListTagsOfResourceInput) => store.extrasOf(ResourceArn).tags,
  validation,
);
