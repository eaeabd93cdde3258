import type * as sdk from "@aws-sdk/client-cloudwatch";
import { tagActions, tagItems } from "../../../wire/tags";
import { validation } from "../errors";
import type { CloudWatchStore } from "../store";

export const { tag: tagResource, untag: untagResource } = tagActions(
  (cloudWatch: CloudWatchStore, { ResourceARN }: sdk.ListTagsForResourceInput) =>
    cloudWatch.tagsOf(ResourceARN),
  validation,
);

/** ListTagsForResource. */
export const listTagsForResource = (cloudWatch: CloudWatchStore, input: sdk.ListTagsForResourceInput) =>
  ({ Tags: tagItems(cloudWatch.tagsOf(input.ResourceARN)) }) satisfies sdk.ListTagsForResourceOutput;
