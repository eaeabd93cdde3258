import { UNKNOWN } from "../input/unknown";
import { referred } from "./references";
import { ofKind, type Resource } from "./resources";

/**
 * Has a value that comes from an alias (or a version) come from the function or key behind it, too: as the function
 * or key is all that the policies follow.
 */
export function throughAliases(resources: readonly Resource[]): readonly Resource[] {
  const behind = (alias: "function-alias" | "key-alias", property: string, kind: "function" | "key") =>
    ofKind(resources, alias).map(
      (one) => [one.urn, referred(one, [property], ofKind(resources, kind)).map(({ urn }) => urn)] as const,
    );
  const targets = new Map([
    ...behind("function-alias", "functionName", "function"),
    ...behind("key-alias", "targetKeyId", "key"),
  ]);
  if (targets.size === 0) return resources;
  return resources.map((resource) => ({
    ...resource,
    sourcesOf: (property) =>
      resource.sourcesOf(property).flatMap((urn) => [urn, ...(targets.get(urn) ?? [])]),
  }));
}

/**
 * The version or alias that a property's value means, "" for the function itself (`$LATEST`); `undefined` where that is
 * not known.
 */
export function qualifierIn(
  owner: Resource,
  property: string,
  resources: readonly Resource[],
): string | undefined {
  const value = owner.props[property];
  if (typeof value === "string") return unqualified(/(?:^|function:)[\w-]+:([\w$-]+)$/.exec(value)?.[1]);
  const [name, ...others] = referred(owner, [property], ofKind(resources, "function-alias")).map(
    ({ props }) => props.name,
  );
  return typeof name === "string" && others.length === 0 ? name : undefined;
}

/** The same of what belongs to a version or alias by its own `qualifier`, or by the function's name. */
export function qualifierOf(
  owner: Resource,
  property: "function" | "functionName",
  resources: readonly Resource[],
): string | undefined {
  const { qualifier } = owner.props;
  if (qualifier === UNKNOWN) return qualifierIn(owner, "qualifier", resources);
  return typeof qualifier === "string" && qualifier !== ""
    ? unqualified(qualifier)
    : qualifierIn(owner, property, resources);
}

const unqualified = (qualifier = "") => (qualifier === "$LATEST" ? "" : qualifier);

/** Whether two qualifiers are, or may be, the same. */
export const isSameQualifier = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one === other;
