import type * as sdk from "@aws-sdk/client-iam";
import { globalArn } from "../../../../lib/aws/arns";
import type { Call } from "../../../wire/service";
import { mergeTags, tagItems, tagPairs } from "../../../wire/tags";
import { boundaryOf, checkPolicyDocument, encodeDocument, iamPage, roleNamed, wholeSeconds } from "../checks";
import { alreadyExists, deleteConflict, invalidInput, limitExceeded } from "../errors";
import { randomId } from "../ids";
import type { IamStore, Role } from "../store";

/** Characters that a trust policy may have, white space not counted. Source: IAM User Guide, "IAM and AWS STS quotas". */
const MAX_TRUST_CHARACTERS = 2048;

function checkTrustPolicy(document: string): void {
  checkPolicyDocument(document, "trust");
  if (document.replace(/\s/g, "").length > MAX_TRUST_CHARACTERS) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${MAX_TRUST_CHARACTERS}`);
  }
}

/** A role as a listing shows it: without what only GetRole tells. */
const summaryOf = (role: Role) =>
  ({
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createDate,
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionDuration,
  }) satisfies sdk.Role;

const detailOf = (role: Role) =>
  ({
    ...summaryOf(role),
    ...(role.permissionsBoundary !== undefined && {
      PermissionsBoundary: {
        PermissionsBoundaryType: "PermissionsBoundaryPolicy",
        PermissionsBoundaryArn: role.permissionsBoundary,
      },
    }),
    ...(role.tags.size > 0 && { Tags: tagItems(role.tags) }),
    RoleLastUsed: {},
  }) satisfies sdk.Role;

/** Makes a role. */
export function createRole(store: IamStore, request: sdk.CreateRoleRequest, call: Call) {
  const { RoleName: name = "", Path: path = "/", AssumeRolePolicyDocument: trustPolicy = "" } = request;
  if (store.roles.has(name)) throw alreadyExists(`Role with name ${name} already exists.`);
  checkTrustPolicy(trustPolicy);
  const role: Role = {
    name,
    path,
    id: `AROA${randomId(17)}`,
    arn: globalArn(store.env, "iam", `role${path}${name}`),
    createDate: wholeSeconds(call.date),
    trustPolicy,
    description: request.Description,
    maxSessionDuration: request.MaxSessionDuration ?? 3600,
    permissionsBoundary: boundaryOf(store, request.PermissionsBoundary),
    tags: mergeTags(new Map(), tagPairs(request.Tags), invalidInput),
    inlinePolicies: new Map(),
    attachedPolicies: new Set(),
  };
  store.roles.set(name, role);
  return { Role: detailOf(role) } satisfies sdk.CreateRoleResponse;
}

/** Shows a role. */
export function getRole(store: IamStore, request: sdk.GetRoleRequest) {
  return { Role: detailOf(roleNamed(store, request.RoleName)) } satisfies sdk.GetRoleResponse;
}

/** Lists the roles under a path, by name. */
export function listRoles(store: IamStore, request: sdk.ListRolesRequest) {
  const roles = [...store.roles.values()]
    .filter(({ path }) => path.startsWith(request.PathPrefix ?? "/"))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, rest } = iamPage(roles.map(summaryOf), request);
  return { Roles: items, ...rest } satisfies sdk.ListRolesResponse;
}

/** Replaces a role's trust policy. */
export function updateAssumeRolePolicy(store: IamStore, request: sdk.UpdateAssumeRolePolicyRequest): void {
  const role = roleNamed(store, request.RoleName);
  checkTrustPolicy(request.PolicyDocument ?? "");
  role.trustPolicy = request.PolicyDocument ?? "";
}

/** Sets a role's description and longest session; one that is not given stays. */
export function updateRole(store: IamStore, request: sdk.UpdateRoleRequest) {
  const role = roleNamed(store, request.RoleName);
  role.description = request.Description ?? role.description;
  role.maxSessionDuration = request.MaxSessionDuration ?? role.maxSessionDuration;
  return {} satisfies sdk.UpdateRoleResponse;
}

/** Sets a role's description. */
export function updateRoleDescription(store: IamStore, request: sdk.UpdateRoleDescriptionRequest) {
  const role = roleNamed(store, request.RoleName);
  role.description = request.Description;
  return { Role: detailOf(role) } satisfies sdk.UpdateRoleDescriptionResponse;
}

/** Deletes a role that has no policies. */
export function deleteRole(store: IamStore, request: sdk.DeleteRoleRequest): void {
  const role = roleNamed(store, request.RoleName);
  if (role.attachedPolicies.size > 0) {
    throw deleteConflict("Cannot delete entity, must detach all policies first.");
  }
  if (role.inlinePolicies.size > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
  store.roles.delete(role.name);
}

/** Lists a role's instance profiles, of which there are none here. */
export function listInstanceProfilesForRole(
  store: IamStore,
  request: sdk.ListInstanceProfilesForRoleRequest,
) {
  roleNamed(store, request.RoleName);
  return { InstanceProfiles: [], IsTruncated: false } satisfies sdk.ListInstanceProfilesForRoleResponse;
}
