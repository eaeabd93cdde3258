import type { WrittenStatement } from "../../lib/policy-language/statement";
import { bestVerdict, type ParsedPolicy } from "./parsed-policy";
import { identity } from "./principals";
import { samples } from "./samples";

/** Something that a role may do. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

/** Actions that a role of a loop should not have, tried where a statement says what is *not* its subject. */
const ACTIONS = [
  "iam:PassRole",
  "iot:Publish",
  "kms:CreateGrant",
  "lambda:InvokeFunction",
  "s3:GetObject",
  "sns:Publish",
];

function actionsOf({ actions }: WrittenStatement): readonly string[] {
  return (actions ?? ACTIONS).flatMap((action) =>
    action === "*" ? ACTIONS : samples(action).filter((instance) => !instance.endsWith(":")),
  );
}

function resourcesOf({ resources }: WrittenStatement, elsewhere: readonly string[]): readonly string[] {
  return (resources ?? ["*"]).flatMap((resource) => (resource === "*" ? elsewhere : samples(resource)));
}

/**
 * What a role may do by its own policies besides what it should, tried on what the policies themselves name.
 *
 * @param role ARN of the role.
 * @param policies its policies.
 * @param elsewhere ARNs that it has no business with, for statements about any resource.
 * @param isDue whether a permission is one that it should have.
 */
export function excessOf(
  role: string,
  policies: readonly ParsedPolicy[],
  elsewhere: readonly string[],
  isDue: (permission: Permission) => boolean,
): readonly Permission[] {
  const caller = identity(role);
  const tried = new Map<string, Permission>();
  for (const statement of policies.flatMap(({ written }) => written)) {
    for (const action of actionsOf(statement)) {
      for (const resource of resourcesOf(statement, elsewhere)) {
        tried.set(`${action.toLowerCase()} ${resource}`, { action, resource });
      }
    }
  }
  return [...tried.values()].filter(
    (permission) =>
      !isDue(permission) && bestVerdict(policies, permission.action, permission.resource, caller) === "allow",
  );
}
