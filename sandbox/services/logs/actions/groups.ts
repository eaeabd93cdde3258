import type * as sdk from "@aws-sdk/client-cloudwatch-logs";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { logsPage } from "../checks";
import { invalidParameter, tagError } from "../errors";
import type { LogGroup, LogsStore } from "../store";
import { storedBytes } from "../stored-bytes";

/** Makes a log group. */
export function createLogGroup(logs: LogsStore, request: sdk.CreateLogGroupRequest): void {
  const { logGroupName = "", kmsKeyId, logGroupClass, tags } = request;
  logs.createGroup(logGroupName, {
    kmsKeyId,
    ...(logGroupClass !== undefined && { logGroupClass }),
    tags: mergeTags(new Map(), tagPairs(tags), tagError),
  });
}

const detailOf = (group: LogGroup) =>
  ({
    logGroupName: group.name,
    creationTime: group.creationTime,
    ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
    metricFilterCount: 0,
    arn: `${group.arn}:*`,
    storedBytes: [...group.streams.values()].reduce((sum, { events }) => sum + storedBytes(events), 0),
    ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
    logGroupClass: group.logGroupClass as sdk.LogGroupClass,
    logGroupArn: group.arn,
  }) satisfies sdk.LogGroup;

/** Lists log groups by name. */
export function describeLogGroups(logs: LogsStore, request: sdk.DescribeLogGroupsRequest) {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = request;
  if (prefix !== undefined && pattern !== undefined) {
    throw invalidParameter(
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  }
  const groups = [...logs.groups.values()]
    .filter(
      ({ name }) =>
        name.startsWith(prefix ?? "") && name.toLowerCase().includes((pattern ?? "").toLowerCase()),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, ...rest } = logsPage(groups, request);
  return { logGroups: items.map(detailOf), ...rest } satisfies sdk.DescribeLogGroupsResponse;
}

/** Deletes a log group with all that is in it. */
export function deleteLogGroup(logs: LogsStore, request: sdk.DeleteLogGroupRequest): void {
  logs.groups.delete(logs.group(request.logGroupName).name);
}

/** Sets how many days events are kept. */
export function putRetentionPolicy(logs: LogsStore, request: sdk.PutRetentionPolicyRequest): void {
  logs.group(request.logGroupName).retentionInDays = request.retentionInDays;
}

/** Has events kept for ever. */
export function deleteRetentionPolicy(logs: LogsStore, request: sdk.DeleteRetentionPolicyRequest): void {
  logs.group(request.logGroupName).retentionInDays = undefined;
}
