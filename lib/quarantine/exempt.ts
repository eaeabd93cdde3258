import { attempt } from "../aws/attempt";
import type { Exemption } from "../responses/response-table";

/** What is asked of AWS to tell who is exempt. */
export interface ExemptionPorts {
  /** Names of the groups that hold a thing, and of those above them; none for a thing that is not there. */
  groupsOf(thingName: string): Promise<readonly string[]>;
  /** Those of some thing groups that are not there. */
  missingGroups(names: readonly string[]): Promise<readonly string[]>;
}

/**
 * The exemption of a thing, if it has one now. Its groups are asked for only where groups are exempt, so that a
 * registry that does not answer stands in no other stack's way.
 *
 * @param thingName - a name of the registry
 * @param exemptions - those that hold now
 * @throws what the look-up of the groups rejects with: who may be exempt is not quarantined
 */
export async function exemptionOf(
  thingName: string,
  exemptions: readonly Exemption[],
  ports: ExemptionPorts,
): Promise<Exemption | undefined> {
  const own = exemptions.find((exemption) => "thing" in exemption && exemption.thing === thingName);
  if (own !== undefined || !exemptions.some((exemption) => "group" in exemption)) return own;
  const groups = await ports.groupsOf(thingName);
  return exemptions.find((exemption) => "group" in exemption && groups.includes(exemption.group));
}

/**
 * The groups of exemptions that are not there: nobody is exempt by them, for example because the name is misspelt. What cannot
 * be looked up keeps nobody from being quarantined.
 */
export async function missingExemptGroups(
  exemptions: readonly Exemption[],
  ports: ExemptionPorts,
): Promise<readonly string[]> {
  const names = exemptions.flatMap((exemption) => ("group" in exemption ? [exemption.group] : []));
  if (names.length === 0) return [];
  const missing = await attempt("exempt groups", () => ports.missingGroups([...new Set(names)]));
  return "failure" in missing ? [] : missing.value;
}
