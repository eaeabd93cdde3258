import type * as sdk from "@aws-sdk/client-lambda";
import { tagActions } from "../../../wire/tags";
import { invalidParameterValue } from "../errors";
import type { LambdaStore } from "../store";

/** Of a function or an event source mapping, by its ARN. */
const tagsOf = ({ mappings, functions }: LambdaStore, { Resource: arn }: sdk.ListTagsRequest) =>
  (mappings.all.find((mapping) => mapping.arn === arn) ?? functions.get(arn)).tags;

/** TagResource, UntagResource. */
export const { tag: tagResource, untag: untagResource } = tagActions(tagsOf, invalidParameterValue);

/** ListTags. */
export const listTags = (lambda: LambdaStore, input: sdk.ListTagsRequest): sdk.ListTagsResponse => ({
  Tags: Object.fromEntries(tagsOf(lambda, input)),
});
