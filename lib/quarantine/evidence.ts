import { attempt } from "../aws/attempt";
import type { ContainmentPlan } from "../ledger/plan";
import type { Containment } from "../responses/response-table";

/** What is asked of AWS about a thing before anything is changed. */
export interface EvidencePorts {
  /** Names of the groups that hold the thing itself. */
  directGroupsOf(thingName: string): Promise<readonly string[]>;
  /** The thing's principals: ARNs of certificates, or ids of Cognito. */
  principalsOf(thingName: string): Promise<readonly string[]>;
  /** Names of the policies that are attached to a principal. */
  policiesOf(principal: string): Promise<readonly string[]>;
  /** Whether several things have the principal. */
  isShared(principal: string): Promise<boolean>;
  /** A certificate's status, such as `ACTIVE`. */
  certificateStatus(arn: string): Promise<string>;
  /** What is known of the connection of the client id that is the thing's name. */
  connectionOf(thingName: string): Promise<ConnectionEvidence>;
}

/** A connection, as AWS tells it. */
interface ConnectionEvidence {
  readonly connected: boolean;
  /** ISO. */
  readonly connectedSince?: string;
  readonly sourceIp?: string;
}

/** What was found out about a principal. What is undefined was not asked for, or could not be looked up. */
export interface PrincipalEvidence {
  readonly principal: string;
  readonly policies: readonly string[] | undefined;
  readonly isShared: boolean | undefined;
  /** Of certificates alone. */
  readonly status: string | undefined;
}

/** What a thing was like before anything was changed. What is undefined could not be looked up. */
export interface Evidence {
  readonly groups: readonly string[] | undefined;
  readonly principals: readonly PrincipalEvidence[] | undefined;
  readonly connection: ConnectionEvidence | undefined;
  /** What could not be looked up, and why. */
  readonly failures: readonly string[];
}

/** Most principals that are looked at: each takes up to three calls, and AWS lets a policy be attached 15 times a second. */
export const MAX_PRINCIPALS = 20;

/** Whether a principal is a certificate. Source: AWS IoT API Reference, `ListThingPrincipals`. */
export const isCertificate = (principal: string) => /^arn:[^:]+:iot:[^:]*:[^:]*:cert\//.test(principal);

/**
 * Finds out what a thing is like. Never rejects: what cannot be looked up stands in `failures`, and keeps nobody from
 * quarantining the thing.
 *
 * @param containment - how devices are contained: what that does not need to know is not asked for
 */
export async function takeEvidence(
  thingName: string,
  ports: EvidencePorts,
  containment: readonly Containment[],
): Promise<Evidence> {
  const failures: string[] = [];
  const find = async <T>(step: string, call: () => Promise<T>): Promise<T | undefined> => {
    const found = await attempt(step, call);
    if ("value" in found) return found.value;
    failures.push(found.failure);
    return undefined;
  };
  const describe = async (principal: string): Promise<PrincipalEvidence> => {
    const goesBeyond = containment.some((each) => each !== "group");
    const asksStatus = containment.includes("deactivate") && isCertificate(principal);
    const [policies, isShared, status] = await Promise.all([
      find("policies", () => ports.policiesOf(principal)),
      goesBeyond ? find("things", () => ports.isShared(principal)) : undefined,
      asksStatus ? find("certificate", () => ports.certificateStatus(principal)) : undefined,
    ]);
    return { principal, policies, isShared, status };
  };
  const [groups, principals, connection] = await Promise.all([
    find("groups", () => ports.directGroupsOf(thingName)),
    find("principals", () => ports.principalsOf(thingName)).then(
      (all) => all && Promise.all(all.slice(0, MAX_PRINCIPALS + 1).map(describe)),
    ),
    find("connection", () => ports.connectionOf(thingName)),
  ]);
  return { groups, principals, connection, failures };
}

/** What a quarantine is about to do to the principals, of what is not so yet. */
export function planOf(
  evidence: Evidence,
  containment: readonly Containment[],
  policyName: string,
): Pick<ContainmentPlan, "evidence" | "policyAttachedTo" | "deactivatedCertificates"> {
  const all = evidence.principals ?? [];
  const open = all.length > MAX_PRINCIPALS ? [] : all.filter(({ isShared }) => isShared === false);
  const attached = open.filter(({ policies }) => !policies?.includes(policyName));
  const active = open.filter(({ status }) => status === "ACTIVE");
  const names = (principals: readonly PrincipalEvidence[]) => principals.map(({ principal }) => principal);
  return {
    evidence: JSON.stringify(evidence),
    policyAttachedTo: containment.includes("principal") ? names(attached) : [],
    deactivatedCertificates: containment.includes("deactivate") ? names(active) : [],
  };
}
