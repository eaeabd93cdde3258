import * as sdk from "@aws-sdk/client-cloudwatch-logs";
import { constrained } from "../../wire/constraints";
import type { Service } from "../../wire/service";
import {
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  putRetentionPolicy,
} from "./actions/groups";
import { putLogEvents } from "./actions/put-log-events";
import { filterLogEvents, getLogEvents } from "./actions/read-events";
import { createLogStream, describeLogStreams } from "./actions/streams";
import { listTagsForResource, listTagsLogGroup, tagResource, untagResource } from "./actions/tags";
import { LOGS_CONSTRAINTS } from "./checks";
import { invalidParameter } from "./errors";
import type { LogStore } from "./log-store";

/** Amazon CloudWatch Logs: groups, streams, events. */
export function logsService(logs: LogStore): Service {
  const on =
    <I>(action: (logs: LogStore, input: I) => unknown) =>
    (input: I) =>
      action(logs, input);
  const actions = {
    CreateLogGroup: on(createLogGroup),
    DescribeLogGroups: on(describeLogGroups),
    DeleteLogGroup: on(deleteLogGroup),
    PutRetentionPolicy: on(putRetentionPolicy),
    DeleteRetentionPolicy: on(deleteRetentionPolicy),
    CreateLogStream: on(createLogStream),
    DescribeLogStreams: on(describeLogStreams),
    PutLogEvents: on(putLogEvents),
    GetLogEvents: on(getLogEvents),
    FilterLogEvents: on(filterLogEvents),
    TagResource: on(tagResource),
    UntagResource: on(untagResource),
    ListTagsForResource: on(listTagsForResource),
    ListTagsLogGroup: on(listTagsLogGroup),
  };
  return {
    name: "logs",
    signingNames: ["logs"],
    protocol: "json-1.1",
    targetPrefix: "Logs_20140328",
    sdk,
    actions: constrained(actions, LOGS_CONSTRAINTS, invalidParameter),
    invalid: invalidParameter,
  };
}
