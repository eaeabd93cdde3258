import { Role, RolePolicy } from "@pulumi/aws/iam";
import type { Resource } from "@pulumi/pulumi";
import type { PolicyDocument } from "./documents/policy-document";
import { permissionsBoundary } from "./permissions-boundary";
import type { ComponentTags } from "./tags";

/** What a role is made of. */
export interface RoleArgs {
  /** Physical name, at most 64 characters. */
  readonly name: string;
  readonly description: string;
  readonly trust: PolicyDocument;
  readonly permissions: PolicyDocument;
  /**
   * ARN of the managed policy that bounds what it may do.
   *
   * @default no boundary
   */
  readonly permissionsBoundaryArn?: string | undefined;
  readonly tags: ComponentTags;
}

/** Makes a role with one policy of its own. */
export function makeRole(logicalName: string, args: RoleArgs, parent: Resource) {
  const role = new Role(
    `${logicalName}-role`,
    {
      // Explicit, as consoles and auditors show it by name. Not deleteBeforeReplace: only another name replaces it, and
      // who assumes it must never be without one.
      name: args.name,
      description: args.description,
      assumeRolePolicy: JSON.stringify(args.trust),
      ...permissionsBoundary(args),
      tags: { ...args.tags },
    },
    { parent },
  );
  const rolePolicy = new RolePolicy(
    `${logicalName}-role-policy`,
    { role: role.name, policy: JSON.stringify(args.permissions) },
    { parent },
  );
  return { role, rolePolicy };
}
