import { derivedName } from "../../../infra/config/names";
import { policyArn } from "../../../lib/aws/arns";
import { type BoundaryDocument, BoundaryError } from "../../../lib/policy-language/iam/boundary";
import { boundaryArnOf, stackBoundary } from "../../../pulumi-host/program/stack-boundary";
import type { RoleSubject } from "./subject";

/** IAM policies: IAM API Reference, "CreatePolicy", `PolicyName`. */
const POLICY_NAME_LENGTH = 128;

/** Whether the stack's config names a permissions boundary. */
export const isBounded = ({ resources }: RoleSubject) => boundaryArnOf(resources) !== undefined;

/** Name that the boundary of a stack should get whose config names none. */
export const boundaryName = ({ project, stack }: Pick<RoleSubject, "project" | "stack">) =>
  derivedName({ project, stack }, "boundary", POLICY_NAME_LENGTH);

/**
 * ARN of the policy that bounds the stack's roles: the one that its config names, else the one that it should name. The
 * deploying role is held to it in either case, so that there is no way to deploy a role without it.
 *
 * @throws BoundaryError when it is of another account.
 */
export function boundaryArn(subject: RoleSubject): string {
  const { scope } = subject;
  const arn = boundaryArnOf(subject.resources) ?? policyArn(scope, boundaryName(subject));
  if (arn.startsWith(`arn:${scope.partition}:iam::${scope.account}:policy/`)) return arn;
  throw new BoundaryError(
    `Set \`permissionsBoundary\` of stack ${subject.stack} to a policy of account ${scope.account} in partition ${scope.partition}, best by its name alone; it is ${arn}.`,
  );
}

/**
 * The document of that policy: the most that the stack's roles may ever do.
 *
 * @throws BoundaryError when a role may do what no boundary allows.
 */
export const boundary = ({ resources, scope }: RoleSubject): BoundaryDocument =>
  stackBoundary(resources, scope);
