import type * as sdk from "@aws-sdk/client-lambda";
import { tagActions } from "../../../wire/tags";
import { invalidParameterValue } from "../errors";
import type { LambdaStore } from "../store";

/** Of a function or an event source mapping, by its ARN. */
const tagsOf = (lambda: LambdaStore, arn: string | undefined) =>
  (lambda.mappings.all.find((mapping) => mapping.arn === arn) ?? lambda.functions.get(arn)).tags;

/** TagResource, UntagResource. */
export const { tag: tagResource, untag: untagResource } = tagActions<
  LambdaStore,
  sdk.TagResourceRequest,
  sdk.UntagResourceRequest
>({
  tagsOf: (lambda, { Resource }) => tagsOf(lambda, Resource),
  given: ({ Tags }) => Object.entries(Tags ?? {}),
  removed: ({ TagKeys }) => TagKeys,
  refuse: invalidParameterValue,
});

/** ListTags. */
export const listTags = (lambda: LambdaStore, input: sdk.ListTagsRequest): sdk.ListTagsResponse => ({
  Tags: Object.fromEntries(tagsOf(lambda, input.Resource)),
});
