import { parseArn } from "../../lib/aws/parse-arn";
import { isObject } from "../../lib/json";
import { writtenStatements } from "../../lib/policy-language/document";
import { IAM_DIALECTS } from "../../lib/policy-language/iam/document";
import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { stringsSetting, type Values } from "../input/settings";
import { jsonString, parseJson, shown, UNKNOWN } from "../input/unknown";
import { parsedPolicy } from "../simulation/parsed-policy";
import { covers } from "../simulation/samples";
import { strangersWhoAssume } from "../simulation/trust";
import { wideGrant } from "../simulation/wide-grants";
import { awsManagedDocument } from "../stack/aws-managed-policies";
import type { Callback, Loop } from "../stack/loop";
import { isUnresolved, referred } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { permissionsOf, type RoleDocument } from "../stack/role-permissions";
import { arnOf } from "../stack/scope";

const SETTINGS = {
  unscopedActions: stringsSetting(
    "Actions that a callback may do on any resource, besides those that take no other; with *.",
  ),
  allowedManagedPolicies: stringsSetting("ARNs of managed policies that a callback's role may have; with *."),
};

function judgeDocument(
  role: Resource,
  { label, text }: RoleDocument,
  exempt: readonly string[],
  finding: Finding,
) {
  if (!isObject(parseJson(text))) {
    finding.refuse(
      `The ${label} of role "${role.name}" is no JSON document: nothing can be said of what it allows.`,
    );
    return;
  }
  for (const statement of writtenStatements(text, IAM_DIALECTS.identity)) {
    const wide = wideGrant(statement, exempt);
    if (wide === undefined) continue;
    finding.refuse(
      `Role "${role.name}" of a function behind an alert topic has the ${label}, which ${wide.fault}. ${wide.remedy}.`,
    );
  }
}

function judgeRole(role: Resource, loop: Loop, settings: Values<typeof SETTINGS>, finding: Finding): void {
  const { documents, managed, unknown } = permissionsOf(role, loop.resources);
  for (const label of unknown)
    finding.unjudged(`what ${label} allows, which is not known before the deployment`);
  const others = managed.filter(
    (arn) => !settings.allowedManagedPolicies.some((pattern) => covers(pattern, arn)),
  );
  const known = others.flatMap((arn) => {
    const text = awsManagedDocument(arn);
    return text === undefined ? [] : [{ label: `managed policy ${arn}`, text }];
  });
  for (const document of [...documents, ...known])
    judgeDocument(role, document, settings.unscopedActions, finding);
  for (const arn of others.filter((one) => awsManagedDocument(one) === undefined)) {
    finding.refuse(
      `Role "${role.name}" of a function behind an alert topic has the managed policy ${arn}, which this policy does ` +
        "not know. Write out what the function needs, or name the ARN in allowedManagedPolicies of this policy's config.",
    );
  }
}

/** Whether an account, or what an ARN names, is certainly of another account than the loop. */
function isElsewhere(who: unknown, { scope }: Loop): boolean {
  const account = typeof who === "string" && /^\d{12}$/.test(who) ? who : parseArn(who)?.account;
  return (
    scope !== undefined && account !== undefined && /^\d{12}$/.test(account) && account !== scope.account
  );
}

/** Judges whether anybody may invoke the function by HTTP. Source: Lambda Developer Guide, "Control access to function URLs". */
function judgeUrls(callback: Resource, loop: Loop, finding: Finding): void {
  for (const url of ofKind(loop.resources, "function-url")) {
    if (url.props.authorizationType !== "NONE" || referred(url, ["functionName"], [callback]).length === 0)
      continue;
    finding.refuse(
      `Function URL "${url.name}" lets anybody invoke function "${callback.name}", and with it quarantine devices. ` +
        "Remove it, or set its authorizationType to AWS_IAM.",
    );
  }
}

function judgeTrust(role: Resource, loop: Loop, finding: Finding): void {
  const arn = arnOf(role, loop.scope);
  const home = parseArn(arn);
  const text = jsonString(role.props.assumeRolePolicy);
  if (text === UNKNOWN) finding.unjudged(`who may assume role "${role.name}"`);
  if (arn === undefined || home === undefined || typeof text !== "string") return;
  const policy = parsedPolicy(text, "trust");
  const who = "fault" in policy ? [] : strangersWhoAssume(policy, arn, home);
  if (who.length === 0) return;
  finding.refuse(
    `Role "${role.name}" of a function behind an alert topic may be assumed by ${who.slice(0, 3).join(", ")}. Trust ` +
      "lambda.amazonaws.com alone.",
  );
}

/** Judges who may invoke the function. */
function judgePermissions(callback: Resource, loop: Loop, finding: Finding): void {
  const permissions = ofKind(loop.resources, "permission").filter(
    (one) => referred(one, ["function"], [callback]).length > 0,
  );
  for (const { name, props } of permissions) {
    const { principal, sourceArn } = props;
    const foreign = [principal, sourceArn].find((one) => isElsewhere(one, loop));
    if (foreign !== undefined) {
      finding.refuse(
        `Permission "${name}" lets ${shown(principal)} invoke function "${callback.name}", with sourceArn ` +
          `${shown(sourceArn)}: another account can quarantine devices. Allow the alert topic alone.`,
      );
      continue;
    }
    const isService =
      principal === "*" || (typeof principal === "string" && /\.amazonaws\.com(?:\.cn)?$/.test(principal));
    const isScoped =
      sourceArn === UNKNOWN || (typeof sourceArn === "string" && /^arn:[^*?]+$/.test(sourceArn));
    if (!isService || isScoped) continue;
    finding.refuse(
      `Permission "${name}" lets ${shown(principal)} invoke function "${callback.name}" with sourceArn ` +
        `${shown(sourceArn)}: anything of that service, in any account, can quarantine devices. Set sourceArn to the ` +
        "ARN of the alert topic.",
    );
  }
}

function judgeCallback(
  { callback }: Callback,
  loop: Loop,
  settings: Values<typeof SETTINGS>,
  finding: Finding,
): void {
  const all = ofKind(loop.resources, "role");
  const roles = referred(callback, ["role"], all);
  if (isUnresolved(callback, ["role"], all))
    finding.unjudged("its role, which is not known before the deployment");
  else if (roles.length === 0 && typeof callback.props.role === "string") {
    finding.unjudged(`its role ${callback.props.role}, which this stack does not make`);
  }
  for (const role of roles) {
    judgeRole(role, loop, settings, finding);
    judgeTrust(role, loop, finding);
  }
  judgeUrls(callback, loop, finding);
  judgePermissions(callback, loop, finding);
}

/**
 * A function behind an alert topic that may do more than it must, or that others may invoke.
 *
 * Source: AWS Lambda Developer Guide, "Granting Lambda function access to AWS services" (source ARN); Service
 * Authorization Reference.
 */
export const callbackLeastPrivilege = loopPolicy({
  name: "callback-least-privilege",
  displayName: "Callback has least privilege",
  description:
    "A function that alarms invoke may do only what it needs, and only the alert topic may invoke it.",
  severity: "high",
  tags: ["lambda", "iam", "least-privilege"],
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-permissions.html",
  enforcementLevel: "mandatory",
  remediationSteps:
    "List the actions and the ARNs in the policies of the function's role, and set sourceArn of its permissions.",
  settings: SETTINGS,
  judge: (loop, findings, settings) => {
    for (const callback of loop.callbacks) {
      findings.about(callback.callback, (finding) => judgeCallback(callback, loop, settings, finding));
    }
  },
});
