/** Where the policies of a connection come from; `P` is whatever the caller keeps as a policy. */
export interface PolicySources<P> {
  /** The MQTT client id. */
  readonly clientId: string;
  /** Name of the thing that the connection is for; absent where the registry knows none. */
  readonly thingName?: string;
  /** Policies attached to the certificate or other principal. */
  readonly principalPolicies: readonly P[];
  /** Policies of all the groups that a thing is in, and of those above them (see {@link withAncestors}). */
  readonly groupPoliciesOf: (thingName: string) => readonly P[];
}

/**
 * The policies that are evaluated together for a connection: the principal's always; the thing groups'
 * only where the client id is the thing's name.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policies" (the client id and the thing name must
 * match for a group's policy to take effect) and "Static thing groups".
 */
export function applicablePolicies<P>(sources: PolicySources<P>): readonly P[] {
  const { clientId, groupPoliciesOf, principalPolicies, thingName } = sources;
  if (thingName === undefined || thingName !== clientId) return principalPolicies;
  return [...principalPolicies, ...groupPoliciesOf(thingName)];
}

/**
 * The groups whose policies a thing inherits: those it is in and all above them, each once, a group
 * before its parent.
 *
 * Source: AWS IoT Core Developer Guide, "Static thing groups" (a policy attached to a parent group is
 * inherited by its child groups and by all things in them).
 *
 * @param groups - names of the groups that the thing is in
 * @param parentOf - name of a group's parent, or undefined for a root
 */
export function withAncestors(
  groups: readonly string[],
  parentOf: (group: string) => string | undefined,
): readonly string[] {
  const found = new Set<string>();
  for (const group of groups) {
    let name: string | undefined = group;
    // Stops at what was found before: what is above it was found with it.
    while (name !== undefined && !found.has(name)) {
      found.add(name);
      name = parentOf(name);
    }
  }
  return [...found];
}
