import type * as sdk from "@aws-sdk/client-iam";
import { boundaryOf, roleNamed } from "../checks";
import type { IamStore } from "../store";

/** Sets a role's permissions boundary, in place of the one that it has. */
export function putRolePermissionsBoundary(
  store: IamStore,
  request: sdk.PutRolePermissionsBoundaryRequest,
): void {
  const role = roleNamed(store, request.RoleName);
  role.permissionsBoundary = boundaryOf(store, request.PermissionsBoundary);
}

/** Takes a role's permissions boundary away; one that is not there is no error. */
export function deleteRolePermissionsBoundary(
  store: IamStore,
  request: sdk.DeleteRolePermissionsBoundaryRequest,
): void {
  roleNamed(store, request.RoleName).permissionsBoundary = undefined;
}
