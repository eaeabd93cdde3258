import { means, referred } from "./references";
import { ofKind, type Resource } from "./resources";

/**
 * The key of the stack that a topic or queue is encrypted with: named by id, ARN or alias, or by a value that
 * comes from it.
 */
export function keyOf(encrypted: Resource, resources: readonly Resource[]): Resource | undefined {
  const keys = ofKind(resources, "key");
  const [direct] = referred(encrypted, ["kmsMasterKeyId"], keys);
  if (direct !== undefined) return direct;
  const name = encrypted.props.kmsMasterKeyId;
  const alias = ofKind(resources, "key-alias").find((one) => typeof name === "string" && isAlias(one, name));
  return alias && referred(alias, ["targetKeyId"], keys)[0];
}

function isAlias(alias: Resource, name: string): boolean {
  return means(alias, name) || name.endsWith(`:${String(alias.props.name)}`);
}
