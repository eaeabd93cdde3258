import type * as sdk from "@aws-sdk/client-cloudwatch-logs";
import { type Tags, tagActions } from "../../../wire/tags";
import { groupNameOf } from "../checks";
import { invalidParameter, tagError } from "../errors";
import type { LogsStore } from "../store";

/** The tags of a group by its ARN, which tagging takes without `:*` at its end. */
function tagsOf(logs: LogsStore, { resourceArn }: sdk.ListTagsForResourceRequest): Tags {
  if (!resourceArn?.startsWith("arn:")) throw invalidParameter(`Invalid resource ARN: ${resourceArn}`);
  return logs.group(groupNameOf({ logGroupIdentifier: resourceArn })).tags;
}

export const { tag: tagResource, untag: untagResource } = tagActions(tagsOf, tagError);

/** Lists a log group's tags by its ARN. */
export const listTagsForResource = (logs: LogsStore, request: sdk.ListTagsForResourceRequest) =>
  ({ tags: Object.fromEntries(tagsOf(logs, request)) }) satisfies sdk.ListTagsForResourceResponse;

/** Lists a log group's tags by its name. */
export const listTagsLogGroup = (logs: LogsStore, request: sdk.ListTagsLogGroupRequest) =>
  ({
    tags: Object.fromEntries(logs.group(request.logGroupName).tags),
  }) satisfies sdk.ListTagsLogGroupResponse;
