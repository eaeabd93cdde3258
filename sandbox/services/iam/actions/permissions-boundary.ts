import type {
  DeleteRolePermissionsBoundaryRequest,
  PutRolePermissionsBoundaryRequest,
} from "@aws-sdk/client-iam";
import { AWS_MANAGED, roleNamed } from "../checks";
import { noSuchEntity } from "../errors";
import type { IamStore } from "../store";

/**
 * The boundary that a request names, if it names one.
 *
 * @throws AwsError NoSuchEntity 404 when there is no such policy; the words are those that IAM is seen to answer.
 */
export function boundaryOf(store: IamStore, arn: string | undefined): string | undefined {
  if (arn !== undefined && !AWS_MANAGED.test(arn) && !store.policies.has(arn)) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
  return arn;
}

/** Sets a role's permissions boundary, in place of the one that it has. */
export function putRolePermissionsBoundary(
  store: IamStore,
  request: PutRolePermissionsBoundaryRequest,
): void {
  const role = roleNamed(store, request.RoleName);
  role.permissionsBoundary = boundaryOf(store, request.PermissionsBoundary);
}

/** Takes a role's permissions boundary away; one that is not there is no error. */
export function deleteRolePermissionsBoundary(
  store: IamStore,
  request: DeleteRolePermissionsBoundaryRequest,
): void {
  roleNamed(store, request.RoleName).permissionsBoundary = undefined;
}
