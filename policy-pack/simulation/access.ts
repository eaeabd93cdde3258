import { UNKNOWN } from "../input/unknown";
import type { ResourceDocument } from "../stack/resource-policies";
import type { RolePermissions } from "../stack/role-permissions";
import { bestVerdict, type ParsedPolicy, parsedPolicy } from "./parsed-policy";
import { identity, type NamedCaller } from "./principals";

/** Whether somebody gets in; `unknown` where a document is not known, or cannot be read. */
export type Access = "granted" | "denied" | "unknown";

/** What is asked of a resource. */
export interface Question {
  readonly action: string;
  /** ARN of the resource. */
  readonly resource: string;
}

function read(documents: readonly ResourceDocument[]): readonly ParsedPolicy[] | undefined {
  const policies: ParsedPolicy[] = [];
  for (const { text } of documents) {
    const policy = text === UNKNOWN ? undefined : parsedPolicy(text, "resource");
    if (policy === undefined || "fault" in policy) return undefined;
    policies.push(policy);
  }
  return policies;
}

/** Whether a service gets in: only the resource's own policy can let it. */
export function serviceAccess(
  documents: readonly ResourceDocument[],
  { action, resource }: Question,
  caller: NamedCaller,
): Access {
  const policies = read(documents);
  if (policies === undefined) return "unknown";
  return bestVerdict(policies, action, resource, caller) === "allow" ? "granted" : "denied";
}

/** Whether a role's own policies let it. */
export function ownAccess(
  role: string,
  permissions: RolePermissions,
  { action, resource }: Question,
): Access {
  const readings = permissions.documents.map(({ text }) => parsedPolicy(text, "identity"));
  const policies = readings.flatMap((reading) => ("fault" in reading ? [] : [reading]));
  if (bestVerdict(policies, action, resource, identity(role)) === "allow") return "granted";
  const isComplete =
    permissions.unknown.length === 0 &&
    permissions.managed.length === 0 &&
    policies.length === readings.length;
  return isComplete ? "denied" : "unknown";
}

/**
 * Whether a role of the same account gets in. A queue or topic leaves it to the role's own policies unless it denies;
 * a key only where its policy hands the decision to the account.
 *
 * Source: IAM User Guide, "Policy evaluation logic"; AWS KMS Developer Guide, "Key policies in AWS KMS".
 *
 * @param documents policies of the resource; none is AWS's default, by which the account decides.
 * @param role ARN of the role.
 * @param permissions its own policies; `undefined` where the role is not of this stack.
 */
export function roleAccess(
  kind: "key" | "queue" | "topic",
  documents: readonly ResourceDocument[],
  role: string,
  permissions: RolePermissions | undefined,
  question: Question,
): Access {
  const policies = read(documents);
  if (policies === undefined) return "unknown";
  const verdict = bestVerdict(policies, question.action, question.resource, identity(role));
  if (verdict === "deny") return "denied";
  if (verdict === "allow") return "granted";
  if (kind === "key" && documents.length > 0 && verdict === "silent") return "denied";
  return permissions === undefined ? "unknown" : ownAccess(role, permissions, question);
}
