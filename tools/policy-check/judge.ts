import type { DeployedResource } from "../../pulumi-host/program/deployment";
import { locationOf } from "./location";
import type { PackInfo } from "./pack/pack-info";
import type { Diagnostic, PackProcess } from "./pack/pack-process";
import type { JudgedResource } from "./pack/requests";
import type { Finding } from "./report";

/** What the pack's server puts in place of a verdict when a policy read an unknown value. Source: pulumi/
 * pulumi-policy, sdk/nodejs/policy/server.ts. */
const UNKNOWN_READ = /^can't run policy '[^']*' from policy pack '[^']*' during preview: /;
/** How a policy itself says that it could not judge; by an advisory, as there is no other way to say it. */
const NOT_JUDGED = /^not judged: */i;

/** A message holds the policy's description first, which the reader is given anyway. */
function messageOf({ message }: Diagnostic, description: string): string {
  const start = `${description}\n`;
  return message.startsWith(start) ? message.slice(start.length) : message;
}

function findingOf(
  diagnostic: Diagnostic,
  description: string,
  root: string,
  resource: DeployedResource | undefined,
): Finding {
  const message = messageOf(diagnostic, description);
  const unjudged =
    UNKNOWN_READ.test(message) || (diagnostic.level === "advisory" && NOT_JUDGED.test(message));
  const location = resource?.position && locationOf(root, resource.position);
  return {
    policy: diagnostic.policy,
    kind: unjudged ? "not judged" : "violation",
    level: diagnostic.level,
    message: unjudged ? message.replace(UNKNOWN_READ, "").replace(NOT_JUDGED, "") : message,
    ...(resource && {
      resource: {
        urn: resource.urn,
        type: resource.type,
        name: resource.name,
        ...(location && { location }),
      },
    }),
  };
}

/**
 * Asks a configured pack about each resource by its inputs and about the whole stack by its outputs.
 *
 * @param root - The repository's root, for the locations.
 * @throws PackError - a policy itself is at fault.
 */
export async function judge(
  pack: Pick<PackProcess, "analyze" | "analyzeStack">,
  { policies }: PackInfo,
  resources: readonly JudgedResource[],
  root: string,
): Promise<Finding[]> {
  const byUrn = new Map(resources.map(({ resource }) => [resource.urn, resource]));
  const descriptions = new Map(policies.map(({ name, description }) => [name, description]));
  const finding = (diagnostic: Diagnostic, asked: DeployedResource | undefined) =>
    findingOf(
      diagnostic,
      descriptions.get(diagnostic.policy) ?? "",
      root,
      byUrn.get(diagnostic.urn) ?? asked,
    );
  const findings: Finding[] = [];
  for (const judged of resources) {
    for (const diagnostic of await pack.analyze(judged)) findings.push(finding(diagnostic, judged.resource));
  }
  for (const diagnostic of await pack.analyzeStack(resources)) findings.push(finding(diagnostic, undefined));
  return findings;
}
