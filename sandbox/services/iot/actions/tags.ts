import type * as sdk from "@aws-sdk/client-iot";
import { type Tags, tagActions, tagItems } from "../../../wire/tags";
import { invalidRequest, notFound } from "../errors";

/** What of the service `iot` can be tagged. */
export interface Taggable {
  /** Tags of a resource, to be read and changed; undefined for an ARN that does not exist. */
  readonly tagsOf: (arn: string) => Tags | undefined;
}

function existing({ tagsOf }: Taggable, { resourceArn = "" }: sdk.ListTagsForResourceRequest): Tags {
  const tags = tagsOf(resourceArn);
  if (!tags) throw notFound(`Resource ${resourceArn} does not exist`);
  return tags;
}

export const { tag: tagResource, untag: untagResource } = tagActions(existing, invalidRequest);

/** Lists a resource's tags. */
export function listTagsForResource(taggable: Taggable, request: sdk.ListTagsForResourceRequest) {
  return {
    tags: tagItems(existing(taggable, request)),
  } satisfies sdk.ListTagsForResourceResponse;
}
