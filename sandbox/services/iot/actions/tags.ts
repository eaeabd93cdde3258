import type * as sdk from "@aws-sdk/client-iot";
import { type Tags, tagActions, tagItems } from "../../../wire/tags";
import { existing, invalidRequest } from "../errors";

/** What of the service `iot` can be tagged. */
export interface Taggable {
  /** Tags of a resource, to be read and changed; undefined for an ARN that does not exist. */
  readonly tagsOf: (arn: string) => Tags | undefined;
}

const tagsIn = ({ tagsOf }: Taggable, { resourceArn = "" }: sdk.ListTagsForResourceRequest) =>
  existing(tagsOf(resourceArn), `Resource ${resourceArn}`);

export const { tag: tagResource, untag: untagResource } = tagActions(tagsIn, invalidRequest);

/** Lists a resource's tags. */
export function listTagsForResource(taggable: Taggable, request: sdk.ListTagsForResourceRequest) {
  return {
    tags: tagItems(tagsIn(taggable, request)),
  } satisfies sdk.ListTagsForResourceResponse;
}
