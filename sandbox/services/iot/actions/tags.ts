import type * as sdk from "@aws-sdk/client-iot";
import { type Tags, tagActions, tagItems, tagPairs } from "../../../wire/tags";
import { invalidRequest, notFound } from "../errors";

/** What of the service `iot` can be tagged. */
export interface Taggable {
  /** Tags of a resource, to be read and changed; undefined for an ARN that does not exist. */
  readonly tagsOf: (arn: string) => Tags | undefined;
}

function existing({ tagsOf }: Taggable, arn = ""): Tags {
  const tags = tagsOf(arn);
  if (!tags) throw notFound(`Resource ${arn} does not exist`);
  return tags;
}

export const { tag: tagResource, untag: untagResource } = tagActions<
  Taggable,
  sdk.TagResourceRequest,
  sdk.UntagResourceRequest
>({
  tagsOf: (taggable, { resourceArn }) => existing(taggable, resourceArn),
  given: ({ tags }) => tagPairs(tags),
  removed: ({ tagKeys }) => tagKeys,
  refuse: invalidRequest,
});

/** Lists a resource's tags. */
export function listTagsForResource(taggable: Taggable, request: sdk.ListTagsForResourceRequest) {
  return {
    tags: tagItems(existing(taggable, request.resourceArn)),
  } satisfies sdk.ListTagsForResourceResponse;
}
