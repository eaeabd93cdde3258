import type {
  ListTagsRequest,
  ListTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from "@aws-sdk/client-lambda";
import { mergeTags } from "../../../wire/tag-rules";
import type { LambdaEngine } from "../engine";
import { invalidParameterValue } from "../errors";

/** The tags of a request on top of those there are, within AWS's limits. */
export function checkedTags(
  given: Readonly<Record<string, string>> | undefined,
  present: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  return mergeTags(present, Object.entries(given ?? {}), invalidParameterValue);
}

/** TagResource: a function, by its ARN. */
export function tagResource(engine: LambdaEngine, input: TagResourceRequest): void {
  const { tags } = engine.store.get(input.Resource);
  for (const [key, value] of checkedTags(input.Tags, tags)) tags.set(key, value);
}

/** UntagResource. */
export function untagResource(engine: LambdaEngine, input: UntagResourceRequest): void {
  const { tags } = engine.store.get(input.Resource);
  for (const key of input.TagKeys ?? []) tags.delete(key);
}

/** ListTags. */
export function listTags(engine: LambdaEngine, input: ListTagsRequest): ListTagsResponse {
  return { Tags: Object.fromEntries(engine.store.get(input.Resource).tags) };
}
