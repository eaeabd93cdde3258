import type * as sdk from "@aws-sdk/client-cloudwatch";
import { tagActions, tagItems, tagPairs } from "../../../wire/tags";
import { validation } from "../errors";
import type { CloudWatchStore } from "../store";

export const { tag: tagResource, untag: untagResource } = tagActions<
  CloudWatchStore,
  sdk.TagResourceInput,
  sdk.UntagResourceInput
>({
  tagsOf: (cloudWatch, { ResourceARN }) => cloudWatch.tagsOf(ResourceARN),
  given: ({ Tags }) => tagPairs(Tags),
  removed: ({ TagKeys }) => TagKeys,
  refuse: validation,
});

/** ListTagsForResource. */
export const listTagsForResource = (cloudWatch: CloudWatchStore, input: sdk.ListTagsForResourceInput) =>
  ({ Tags: tagItems(cloudWatch.tagsOf(input.ResourceARN)) }) satisfies sdk.ListTagsForResourceOutput;
