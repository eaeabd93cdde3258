import { writtenStatements } from "../../lib/policy-language/document";
import { IAM_DIALECTS } from "../../lib/policy-language/iam/document";
import type { WrittenStatement } from "../../lib/policy-language/statement";
import { deadLettersOf } from "../stack/dead-letters";
import type { Callback, Loop } from "../stack/loop";
import { ADDING } from "../stack/quarantine-groups";
import { means, referred } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { permissionsOf } from "../stack/role-permissions";
import { arnOf } from "../stack/scope";
import { type Access, ownAccess } from "./access";
import { covers, samples } from "./samples";

/** Actions by which a function has something else act for it. */
const PASSING = [
  "lambda:invokefunction",
  "states:startexecution",
  "states:startsyncexecution",
  "events:putevents",
  "sqs:sendmessage",
  "sns:publish",
  "iot:publish",
  "iot:startdetectmitigationactionstask",
  "ssm:startautomationexecution",
  "sts:assumerole",
];

/** Whether a statement lets a function pass alarms on, elsewhere than to its own dead letters. */
function passesOn(
  { effect, actions = ["*"], resources = ["*"] }: WrittenStatement,
  letters: readonly Resource[],
): boolean {
  if (effect !== "Allow") return false;
  const isPassing = (pattern: string) => PASSING.some((action) => covers(pattern.toLowerCase(), action));
  return actions.some(isPassing) && !resources.every((arn) => letters.some((letter) => means(letter, arn)));
}

/** Whether a role may put some thing into a group: it is asked of the thing and of the group. */
function addsBy(
  role: Resource,
  group: Resource,
  statements: readonly WrittenStatement[],
  loop: Loop,
): Access {
  const roleArn = arnOf(role, loop.scope);
  const groupArn = arnOf(group, loop.scope);
  if (roleArn === undefined || groupArn === undefined) return "unknown";
  const anyThing = groupArn.replace(/thinggroup\/.*$/, "thing/q-7");
  const things = statements.flatMap(({ resources = [] }) =>
    resources.filter((arn) => arn.includes(":thing/")).flatMap(samples),
  );
  const permissions = permissionsOf(role, loop.resources);
  const answers = ADDING.map((action): Access => {
    const onGroup = ownAccess(roleArn, permissions, { action, resource: groupArn });
    const onThings = [anyThing, ...things].map((resource) =>
      ownAccess(roleArn, permissions, { action, resource }),
    );
    return onGroup === "granted" ? best(onThings) : onGroup;
  });
  return best(answers);
}

const best = (answers: readonly Access[]): Access =>
  (["granted", "unknown"] as const).find((access) => answers.includes(access)) ?? "denied";

function callbackAdds(callback: Callback, loop: Loop): Access {
  const [role] = referred(callback.callback, ["role"], ofKind(loop.resources, "role"));
  if (role === undefined) return "unknown";
  const statements = permissionsOf(role, loop.resources).documents.flatMap(({ text }) =>
    writtenStatements(text, IAM_DIALECTS.identity),
  );
  const { failureTargets } = deadLettersOf(callback, loop);
  const access = best(loop.groups.map((group) => addsBy(role, group, statements, loop)));
  return access === "denied" && statements.some((one) => passesOn(one, failureTargets)) ? "unknown" : access;
}

/**
 * Whether alarms put things into a quarantine group: one of the functions behind them may do so for one of the groups.
 * `unknown` also where a function may have something else do it.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS IoT" (`AddThingToThingGroup`
 * and `UpdateThingGroupsForThing` are asked of the thing and of the group).
 */
export function quarantiningAccess(loop: Loop): Access {
  return best(loop.callbacks.map((callback) => callbackAdds(callback, loop)));
}
