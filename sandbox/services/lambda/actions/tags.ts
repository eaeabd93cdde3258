import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-lambda";
import { tagActions } from "../../../wire/tags";
import type { LambdaEngine } from "../engine";
import { invalidParameterValue } from "../errors";

/** Of a function, by its ARN. */
export const { tag: tagResource, untag: untagResource } = tagActions<
  LambdaEngine,
  TagResourceRequest,
  UntagResourceRequest
>({
  tagsOf: (engine, { Resource }) => engine.store.get(Resource).tags,
  given: ({ Tags }) => Object.entries(Tags ?? {}),
  removed: ({ TagKeys }) => TagKeys,
  refuse: invalidParameterValue,
});

/** ListTags. */
export const listTags = (engine: LambdaEngine, input: ListTagsRequest): ListTagsResponse => ({
  Tags: Object.fromEntries(engine.store.get(input.Resource).tags),
});
