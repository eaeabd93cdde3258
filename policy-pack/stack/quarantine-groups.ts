import { isObject } from "../../lib/json";
import { writtenStatements } from "../../lib/policy-language/document";
import { IAM_DIALECTS } from "../../lib/policy-language/iam/document";
import { at, UNKNOWN } from "../input/unknown";
import { means, referred, refersTo } from "./references";
import { ofKind, type Resource } from "./resources";
import { permissionsOf } from "./role-permissions";
import { taggedComponent } from "./tags";

const COMPONENT = "QuarantineGroup";

/** Actions that put a thing into a group. */
export const ADDING = ["iot:addthingtothinggroup", "iot:updatethinggroupsforthing"];

/** Whether the environment of a function names a group as the one for quarantine. */
function isNamedByEnvironment(callback: Resource, group: Resource): boolean {
  const variables = at(callback.props, "environment", "variables");
  if (variables === UNKNOWN) return refersTo(callback, "environment", UNKNOWN, group);
  if (!isObject(variables)) return false;
  return Object.entries(variables).some(
    ([name, value]) => /quarantine/i.test(name) && refersTo(callback, "environment", value, group),
  );
}

/** Name of an environment variable that says which group is for quarantine. */
const GROUP_VARIABLE = /quarantine.*group|group.*quarantine/i;

/** Names or ARNs of quarantine groups that a function's environment gives, and that the stack does not make. */
export function groupsElsewhere(callback: Resource, resources: readonly Resource[]): readonly string[] {
  const variables = at(callback.props, "environment", "variables");
  if (!isObject(variables)) return [];
  const groups = ofKind(resources, "thing-group");
  // A group whose name is not known yet may be the one.
  if (groups.some(({ props }) => props.name === UNKNOWN)) return [];
  return Object.entries(variables).flatMap(([name, value]) =>
    GROUP_VARIABLE.test(name) &&
    typeof value === "string" &&
    value !== "" &&
    !groups.some((group) => means(group, value))
      ? [value]
      : [],
  );
}

/** Whether a function's role may put things into a group, named by its ARN and not by a pattern. */
function isNamedByPermission(callback: Resource, group: Resource, resources: readonly Resource[]): boolean {
  return referred(callback, ["role"], ofKind(resources, "role")).some((role) =>
    permissionsOf(role, resources)
      .documents.flatMap(({ text }) => writtenStatements(text, IAM_DIALECTS.identity))
      .some(
        ({ effect, actions = [], resources: arns = [] }) =>
          effect === "Allow" &&
          actions.some((action) => ADDING.includes(action.toLowerCase())) &&
          arns.some((arn) => means(group, arn)),
      ),
  );
}

/**
 * Finds the thing groups of quarantined devices: those that the config names, those that are tagged so, and
 * those that a callback's environment names; only where there is none of these, those that a callback may put
 * things into.
 *
 * @param callbacks - functions behind an alert topic.
 * @param configured - names or ARNs.
 */
export function quarantineGroups(
  resources: readonly Resource[],
  callbacks: readonly Resource[],
  configured: readonly string[],
): readonly Resource[] {
  const groups = ofKind(resources, "thing-group");
  const named = groups.filter((group) => {
    const component = taggedComponent(group);
    return (
      configured.some((text) => means(group, text)) ||
      component === COMPONENT ||
      component === "" ||
      callbacks.some((callback) => isNamedByEnvironment(callback, group))
    );
  });
  if (named.length > 0) return named;
  return groups.filter((group) =>
    callbacks.some((callback) => isNamedByPermission(callback, group, resources)),
  );
}
