import { type Exemption, exemptionsAt, type ResponseTable } from "../responses/response-table";

/** What is asked of AWS to tell who is exempt. */
export interface ExemptionPorts {
  /** Names of the groups that hold a thing, and of those above them; none for a thing that is not there. */
  groupsOf(thingName: string): Promise<readonly string[]>;
}

/**
 * The exemption of a thing, if it has one now. Its groups are asked for only where groups are exempt, so that a
 * registry that does not answer stands in no other stack's way.
 *
 * @param thingName - a name of the registry
 * @param responses - what the stack's config says
 * @param ports - the calls to AWS
 * @throws what the look-up of the groups rejects with: who may be exempt is not quarantined
 */
export async function exemptionOf(
  thingName: string,
  responses: ResponseTable,
  ports: ExemptionPorts,
): Promise<Exemption | undefined> {
  const current = exemptionsAt(responses, Date.now());
  const own = current.find((exemption) => "thing" in exemption && exemption.thing === thingName);
  if (own !== undefined || !current.some((exemption) => "group" in exemption)) return own;
  const groups = await ports.groupsOf(thingName);
  return current.find((exemption) => "group" in exemption && groups.includes(exemption.group));
}
