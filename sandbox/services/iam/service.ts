import * as sdk from "@aws-sdk/client-iam";
import type { Environment } from "../../environment";
import { constrained } from "../../wire/constraints";
import type { Call, Service } from "../../wire/service";
import {
  createPolicy,
  deletePolicy,
  getPolicy,
  getPolicyVersion,
  listPolicyVersions,
} from "./actions/managed-policies";
import { deleteRolePermissionsBoundary, putRolePermissionsBoundary } from "./actions/permissions-boundary";
import {
  attachRolePolicy,
  deleteRolePolicy,
  detachRolePolicy,
  getRolePolicy,
  listAttachedRolePolicies,
  listRolePolicies,
  putRolePolicy,
} from "./actions/role-policies";
import {
  createRole,
  deleteRole,
  getRole,
  listInstanceProfilesForRole,
  listRoles,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
} from "./actions/roles";
import { listRoleTags, tagRole, untagRole } from "./actions/tags";
import { IAM_CONSTRAINTS } from "./checks";
import { validationError } from "./errors";
import type { Iam } from "./iam";
import type { IamStore } from "./store";

/** An action of IAM that needs nothing but the store. */
type StoreAction<I> = (store: IamStore, input: I, call: Call) => unknown;

/** AWS Identity and Access Management: roles, their policies, managed policies. */
export function iamService(iam: Iam, env: Environment): Service {
  const { store } = iam;
  const on =
    <I>(action: StoreAction<I>) =>
    (input: I, call: Call) =>
      action(store, input, call);
  const actions = {
    CreateRole: (input: sdk.CreateRoleRequest, call: Call) => createRole(store, env, input, call),
    GetRole: on(getRole),
    ListRoles: on(listRoles),
    UpdateAssumeRolePolicy: on(updateAssumeRolePolicy),
    UpdateRole: on(updateRole),
    UpdateRoleDescription: on(updateRoleDescription),
    DeleteRole: on(deleteRole),
    ListInstanceProfilesForRole: on(listInstanceProfilesForRole),
    PutRolePermissionsBoundary: on(putRolePermissionsBoundary),
    DeleteRolePermissionsBoundary: on(deleteRolePermissionsBoundary),
    PutRolePolicy: on(putRolePolicy),
    GetRolePolicy: on(getRolePolicy),
    ListRolePolicies: on(listRolePolicies),
    DeleteRolePolicy: on(deleteRolePolicy),
    AttachRolePolicy: on(attachRolePolicy),
    DetachRolePolicy: on(detachRolePolicy),
    ListAttachedRolePolicies: on(listAttachedRolePolicies),
    CreatePolicy: (input: sdk.CreatePolicyRequest, call: Call) => createPolicy(store, env, input, call),
    GetPolicy: on(getPolicy),
    GetPolicyVersion: on(getPolicyVersion),
    ListPolicyVersions: on(listPolicyVersions),
    DeletePolicy: on(deletePolicy),
    TagRole: on(tagRole),
    UntagRole: on(untagRole),
    ListRoleTags: on(listRoleTags),
  };
  return {
    name: "iam",
    signingNames: ["iam"],
    protocol: "query",
    version: "2010-05-08",
    xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    sdk,
    actions: constrained(actions, IAM_CONSTRAINTS, validationError),
    invalid: validationError,
  };
}
