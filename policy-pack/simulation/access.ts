import { UNKNOWN } from "../input/unknown";
import { awsManagedDocument } from "../stack/aws-managed-policies";
import type { ResourceDocument } from "../stack/resource-policies";
import type { RolePermissions } from "../stack/role-permissions";
import { bestVerdict, type ParsedPolicy, parsedPolicy } from "./parsed-policy";
import { identity, type NamedCaller, stranger } from "./principals";

/** Whether somebody gets in; `unknown` where a document is not known, or cannot be read. */
export type Access = "granted" | "denied" | "unknown";

/** The strictest of several answers. */
export function allOf(answers: readonly Access[]): Access {
  return (
    answers.find((access) => access === "denied") ??
    answers.find((access) => access === "unknown") ??
    "granted"
  );
}

/** What is asked of a resource. */
export interface Question {
  readonly action: string;
  /** ARN of the resource. */
  readonly resource: string;
}

/** Parses the policies of a resource; undefined where one is not known, or cannot be read. */
export function readDocuments(documents: readonly ResourceDocument[]): readonly ParsedPolicy[] | undefined {
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
  const policies = readDocuments(documents);
  if (policies === undefined) return "unknown";
  return bestVerdict(policies, action, resource, caller) === "allow" ? "granted" : "denied";
}

/**
 * The actions that somebody of any account may do, by documents of one resource.
 *
 * @param account - the resource's own, where it is known.
 */
export function openActions(
  documents: readonly ResourceDocument[],
  actions: readonly string[],
  resource: string,
  account: string | undefined,
): readonly string[] {
  const policies = readDocuments(documents) ?? [];
  return actions.filter((action) => bestVerdict(policies, action, resource, stranger(account)) === "allow");
}

/** What a role's own policies say of it, and whether all of them are known. */
function ownVerdict(role: string, permissions: RolePermissions, { action, resource }: Question) {
  const managed = permissions.managed.map(awsManagedDocument);
  const texts = [...permissions.documents.map(({ text }) => text), ...managed];
  const readings = texts.map((text) => (text === undefined ? undefined : parsedPolicy(text, "identity")));
  const policies = readings.flatMap((reading) => (reading && !("fault" in reading) ? [reading] : []));
  const isKnown = permissions.unknown.length + permissions.overlong.length === 0;
  const isComplete = isKnown && policies.length === readings.length;
  const verdict = bestVerdict(policies, action, resource, identity(role));
  return {
    verdict: isBeyond(permissions, role, { action, resource }) ? ("deny" as const) : verdict,
    isComplete,
  };
}

/** Whether a role's boundary keeps something from it. Source: IAM User Guide, "Permissions boundaries for IAM entities". */
function isBeyond({ boundary }: RolePermissions, role: string, { action, resource }: Question): boolean {
  const policy = boundary === undefined ? undefined : parsedPolicy(boundary, "identity");
  if (policy === undefined || "fault" in policy) return false;
  return bestVerdict([policy], action, resource, identity(role)) !== "allow";
}

/** Whether a role's own policies let it. */
export function ownAccess(role: string, permissions: RolePermissions, question: Question): Access {
  const { verdict, isComplete } = ownVerdict(role, permissions, question);
  if (verdict === "allow") return "granted";
  return isComplete || verdict === "deny" ? "denied" : "unknown";
}

/**
 * Whether a role of the same account gets in. A queue or topic leaves it to the role's own policies unless it denies;
 * a key only where its policy hands the decision to the account.
 *
 * Source: IAM User Guide, "Policy evaluation logic"; AWS KMS Developer Guide, "Key policies in AWS KMS".
 *
 * @param documents - policies of the resource; none is AWS's default, by which the account decides.
 * @param role - ARN of the role.
 * @param permissions - its own policies; `undefined` where the role is not of this stack.
 */
export function roleAccess(
  kind: "key" | "queue" | "topic",
  documents: readonly ResourceDocument[],
  role: string,
  permissions: RolePermissions | undefined,
  question: Question,
): Access {
  const policies = readDocuments(documents);
  if (policies === undefined) return "unknown";
  const verdict = bestVerdict(policies, question.action, question.resource, identity(role));
  const isDenied = permissions && ownVerdict(role, permissions, question).verdict === "deny";
  if (verdict === "deny" || isDenied) return "denied";
  if (verdict === "allow") return "granted";
  if (kind === "key" && documents.length > 0 && verdict === "silent") return "denied";
  return permissions === undefined ? "unknown" : ownAccess(role, permissions, question);
}
