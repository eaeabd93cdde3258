import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsLogGroupRequest,
  ListTagsLogGroupResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-cloudwatch-logs";
import { mergeTags } from "../../../wire/tag-rules";
import { groupNameOf } from "../checks";
import { invalidParameter, tooManyTags } from "../errors";
import type { LogGroup, LogStore } from "../log-store";

/**
 * The given tags on top of those that are there.
 *
 * @throws AwsError TooManyTagsException or InvalidParameterException 400 when they break AWS's rules
 */
export const withTags = (current: ReadonlyMap<string, string>, given: Readonly<Record<string, string>>) =>
  mergeTags(current, Object.entries(given), (message) =>
    message.includes("at most 50 tags") ? tooManyTags(message) : invalidParameter(message),
  );

/** The group of an ARN, which tagging takes without `:*` at its end. */
function groupOf(logs: LogStore, arn: string | undefined): LogGroup {
  if (!arn?.startsWith("arn:")) throw invalidParameter(`Invalid resource ARN: ${arn}`);
  return logs.group(groupNameOf({ logGroupIdentifier: arn }));
}

/** Adds tags to a log group; a key that is there gets the new value. */
export function tagResource(logs: LogStore, request: TagResourceRequest): void {
  const { tags } = groupOf(logs, request.resourceArn);
  for (const [key, value] of withTags(tags, request.tags ?? {})) tags.set(key, value);
}

/** Takes tags from a log group; a key that is not there is no error. */
export function untagResource(logs: LogStore, request: UntagResourceRequest): void {
  const { tags } = groupOf(logs, request.resourceArn);
  for (const key of request.tagKeys ?? []) tags.delete(key);
}

/** Lists a log group's tags by its ARN. */
export function listTagsForResource(logs: LogStore, request: ListTagsForResourceRequest) {
  const { tags } = groupOf(logs, request.resourceArn);
  return { tags: Object.fromEntries(tags) } satisfies ListTagsForResourceResponse;
}

/** Lists a log group's tags by its name. */
export function listTagsLogGroup(logs: LogStore, request: ListTagsLogGroupRequest) {
  const { tags } = logs.group(request.logGroupName);
  return { tags: Object.fromEntries(tags) } satisfies ListTagsLogGroupResponse;
}
