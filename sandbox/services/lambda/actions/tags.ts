import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-lambda";
import { tagActions } from "../../../wire/tags";
import type { LambdaEngine } from "../engine";
import { invalidParameterValue } from "../errors";

/** Of a function or an event source mapping, by its ARN. */
const tagsOf = (engine: LambdaEngine, arn: string | undefined) =>
  (engine.mappings.all.find((mapping) => mapping.arn === arn) ?? engine.store.get(arn)).tags;

/** TagResource, UntagResource. */
export const { tag: tagResource, untag: untagResource } = tagActions<
  LambdaEngine,
  TagResourceRequest,
  UntagResourceRequest
>({
  tagsOf: (engine, { Resource }) => tagsOf(engine, Resource),
  given: ({ Tags }) => Object.entries(Tags ?? {}),
  removed: ({ TagKeys }) => TagKeys,
  refuse: invalidParameterValue,
});

/** ListTags. */
export const listTags = (engine: LambdaEngine, input: ListTagsRequest): ListTagsResponse => ({
  Tags: Object.fromEntries(tagsOf(engine, input.Resource)),
});
