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
  "sns:Subscribe",
];

/** Something that no statement names: what is not left out is allowed, of services that are not tried, too. */
const UNNAMED = "q-7";

/** A permission as a message says it: what stands for anything is written as a pattern. */
export function inWords({ action, resource }: Permission, elsewhere: string): string {
  const isAny = resource.slice(resource.lastIndexOf(":")) === elsewhere.slice(elsewhere.lastIndexOf(":"));
  return `${action} on ${isAny ? "any resource" : resource}`.replaceAll(UNNAMED, "*");
}

function actionsOf({ actions, resources = [] }: WrittenStatement): readonly string[] {
  if (actions === undefined) {
    const services = [...ACTIONS, ...resources.map((arn) => arn.split(":")[2] ?? "")].map(
      (text) => text.split(":")[0] ?? "",
    );
    const named = [...new Set(services)].filter((service) => /^[\w-]+$/.test(service));
    return [...ACTIONS, ...[...named, UNNAMED].map((service) => `${service}:${UNNAMED}`)];
  }
  return actions.flatMap((action) =>
    action === "*" ? ACTIONS : samples(action).filter((instance) => !instance.endsWith(":")),
  );
}

const SERVICE = /^(arn:[^:]*:)([^:]*)/;

/** Whether an action may be on a resource: it is of the same service, or the resource does not say of which it is. */
function concerns(action: string, resource: string): boolean {
  const service = SERVICE.exec(resource)?.[2] ?? "";
  return service === "" || /[*?]/.test(service) || action.toLowerCase().startsWith(`${service}:`);
}

/** What an action is tried on: resources of its own service that a statement names, or one for any. */
function resourcesOf({ resources }: WrittenStatement, action: string, elsewhere: string): readonly string[] {
  const service = action.split(":")[0]?.toLowerCase() ?? "";
  return (resources ?? ["*"])
    .flatMap((resource) =>
      resource === "*" ? elsewhere.replace(SERVICE, `$1${service}`) : samples(resource),
    )
    .filter((resource) => concerns(action, resource));
}

/**
 * What a role may do by its own policies besides what it should, tried on what the policies themselves name.
 *
 * @param role - ARN of the role.
 * @param elsewhere - ARN that it has no business with, of any service: for statements about any resource.
 * @param isDue - whether a permission is one that it should have.
 */
export function excessOf(
  role: string,
  policies: readonly ParsedPolicy[],
  elsewhere: string,
  isDue: (permission: Permission) => boolean,
): readonly Permission[] {
  const caller = identity(role);
  const tried = new Map<string, Permission>();
  for (const statement of policies.flatMap(({ written }) => written)) {
    for (const action of actionsOf(statement)) {
      for (const resource of resourcesOf(statement, action, elsewhere)) {
        tried.set(`${action.toLowerCase()} ${resource}`, { action, resource });
      }
    }
  }
  return [...tried.values()].filter(
    (permission) =>
      !isDue(permission) && bestVerdict(policies, permission.action, permission.resource, caller) === "allow",
  );
}
