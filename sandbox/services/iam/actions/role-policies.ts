import type * as sdk from "@aws-sdk/client-iam";
import { AWS_MANAGED, checkPolicyDocument, encodeDocument, iamPage, roleNamed } from "../checks";
import { limitExceeded, noSuchEntity } from "../errors";
import type { IamStore } from "../store";

// Source: IAM User Guide, "IAM and AWS STS quotas"; white space is not counted.
const MAX_INLINE_CHARACTERS = 10_240;
const MAX_ATTACHED_POLICIES = 10;

/** Adds an inline policy to a role, or replaces it. */
export function putRolePolicy(store: IamStore, request: sdk.PutRolePolicyRequest): void {
  const { PolicyName: name = "", PolicyDocument: document = "" } = request;
  const role = roleNamed(store, request.RoleName);
  checkPolicyDocument(document, "identity");
  const all = [...new Map(role.inlinePolicies).set(name, document).values()];
  if (all.join("").replace(/\s/g, "").length > MAX_INLINE_CHARACTERS) {
    throw limitExceeded(
      `Maximum policy size of ${MAX_INLINE_CHARACTERS} bytes exceeded for role ${role.name}`,
    );
  }
  role.inlinePolicies.set(name, document);
}

function inlinePolicy(store: IamStore, roleName: string | undefined, name = ""): string {
  const document = roleNamed(store, roleName).inlinePolicies.get(name);
  if (document === undefined) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return document;
}

/** Shows an inline policy. */
export function getRolePolicy(store: IamStore, request: sdk.GetRolePolicyRequest) {
  return {
    RoleName: request.RoleName,
    PolicyName: request.PolicyName,
    PolicyDocument: encodeDocument(inlinePolicy(store, request.RoleName, request.PolicyName)),
  } satisfies sdk.GetRolePolicyResponse;
}

/** Lists the names of a role's inline policies. */
export function listRolePolicies(store: IamStore, request: sdk.ListRolePoliciesRequest) {
  const names = [...roleNamed(store, request.RoleName).inlinePolicies.keys()].sort();
  const { items, rest } = iamPage(names, request);
  return { PolicyNames: items, ...rest } satisfies sdk.ListRolePoliciesResponse;
}

/** Deletes an inline policy. */
export function deleteRolePolicy(store: IamStore, request: sdk.DeleteRolePolicyRequest): void {
  inlinePolicy(store, request.RoleName, request.PolicyName);
  roleNamed(store, request.RoleName).inlinePolicies.delete(request.PolicyName ?? "");
}

/** Attaches a managed policy to a role; one that is attached already is no error. */
export function attachRolePolicy(store: IamStore, request: sdk.AttachRolePolicyRequest): void {
  const { PolicyArn: arn = "" } = request;
  const { attachedPolicies } = roleNamed(store, request.RoleName);
  if (!AWS_MANAGED.test(arn) && !store.policies.has(arn)) {
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }
  if (!attachedPolicies.has(arn) && attachedPolicies.size >= MAX_ATTACHED_POLICIES) {
    throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${MAX_ATTACHED_POLICIES}`);
  }
  attachedPolicies.add(arn);
}

/** Detaches a managed policy from a role. */
export function detachRolePolicy(store: IamStore, request: sdk.DetachRolePolicyRequest): void {
  const { PolicyArn: arn = "" } = request;
  if (!roleNamed(store, request.RoleName).attachedPolicies.delete(arn)) {
    throw noSuchEntity(`Policy ${arn} was not found.`);
  }
}

/** Lists the managed policies attached to a role. */
export function listAttachedRolePolicies(store: IamStore, request: sdk.ListAttachedRolePoliciesRequest) {
  const attached = [...roleNamed(store, request.RoleName).attachedPolicies]
    .filter((arn) => arn.slice(arn.indexOf(":policy/") + 7).startsWith(request.PathPrefix ?? "/"))
    .map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf("/") + 1), PolicyArn: arn }));
  const { items, rest } = iamPage(attached, request);
  return { AttachedPolicies: items, ...rest } satisfies sdk.ListAttachedRolePoliciesResponse;
}
