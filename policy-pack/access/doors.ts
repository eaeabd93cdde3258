import { UNKNOWN } from "../judging/unknown";
import { identity, type NamedCaller } from "./callers";
import { type AskablePolicy, askable, bestVerdict } from "./decisions";
import type { ResourceDocument } from "./documents";
import type { RolePermissions } from "./role-permissions";

/** Whether somebody gets in; `unknown` where a document is not known, or cannot be read. */
export type Door = "open" | "shut" | "unknown";

/** What is asked of a resource. */
export interface Question {
  readonly action: string;
  /** ARN of the resource. */
  readonly resource: string;
}

function read(documents: readonly ResourceDocument[]): readonly AskablePolicy[] | undefined {
  const policies: AskablePolicy[] = [];
  for (const { text } of documents) {
    const policy = text === UNKNOWN ? undefined : askable(text, "resource");
    if (policy === undefined || "fault" in policy) return undefined;
    policies.push(policy);
  }
  return policies;
}

/** Whether a service gets in: only the resource's own policy can let it. */
export function serviceDoor(
  documents: readonly ResourceDocument[],
  { action, resource }: Question,
  caller: NamedCaller,
): Door {
  const policies = read(documents);
  if (policies === undefined) return "unknown";
  return bestVerdict(policies, action, resource, caller) === "allow" ? "open" : "shut";
}

/** Whether a role's own policies let it. */
function ownDoor(role: string, permissions: RolePermissions, { action, resource }: Question): Door {
  const readings = permissions.documents.map(({ text }) => askable(text, "identity"));
  const policies = readings.flatMap((reading) => ("fault" in reading ? [] : [reading]));
  if (bestVerdict(policies, action, resource, identity(role)) === "allow") return "open";
  const isComplete =
    permissions.unknown.length === 0 &&
    permissions.managed.length === 0 &&
    policies.length === readings.length;
  return isComplete ? "shut" : "unknown";
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
export function roleDoor(
  kind: "key" | "queue",
  documents: readonly ResourceDocument[],
  role: string,
  permissions: RolePermissions | undefined,
  question: Question,
): Door {
  const policies = read(documents);
  if (policies === undefined) return "unknown";
  const verdict = bestVerdict(policies, question.action, question.resource, identity(role));
  if (verdict === "deny") return "shut";
  if (verdict === "allow") return "open";
  if (kind === "key" && documents.length > 0 && verdict === "silent") return "shut";
  return permissions === undefined ? "unknown" : ownDoor(role, permissions, question);
}
