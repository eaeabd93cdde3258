import { type AwsScope, policyArn } from "../lib/aws/arns";

/**
 * The argument by which a component bounds its roles.
 *
 * @param policy - name or ARN of the policy; absent where nothing bounds them.
 */
export const boundaryOf = (scope: AwsScope, policy: string | undefined) =>
  policy === undefined ? {} : { permissionsBoundaryArn: policyArn(scope, policy) };

/**
 * The input of a role that bounds it, where it is bounded. The policy is never the stack's own: whoever deploys the
 * stack may change what is in it, and the boundary is there to hold them.
 */
export function permissionsBoundary({
  permissionsBoundaryArn,
}: {
  readonly permissionsBoundaryArn?: string | undefined;
}): { readonly permissionsBoundary?: string } {
  return permissionsBoundaryArn === undefined ? {} : { permissionsBoundary: permissionsBoundaryArn };
}
