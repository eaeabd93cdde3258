import { parseArn } from "../../lib/aws/parse-arn";
import { isObject, type JsonObject } from "../../lib/json";
import { writtenStatements } from "../../lib/policy-language/document";
import { IAM_DIALECTS } from "../../lib/policy-language/iam/document";
import { loopPolicy } from "../define-policy";
import type { Finding } from "../findings";
import { stringsSetting, type Values } from "../input/settings";
import { jsonString, parseJson, shown, UNKNOWN } from "../input/unknown";
import { judgeFunctionPolicies, judgeQueues } from "../simulation/callers";
import { parsedPolicy } from "../simulation/parsed-policy";
import { covers } from "../simulation/samples";
import { strangersWhoAssume } from "../simulation/trust";
import { wideGrants } from "../simulation/wide-grants";
import { awsManagedDocument } from "../stack/aws-managed-policies";
import type { Callback, Loop } from "../stack/loop";
import { isUnresolved, referred } from "../stack/references";
import { ofKind, type Resource } from "../stack/resources";
import { grantsTo, type RoleDocument } from "../stack/role-permissions";
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
    for (const { level, fault, remedy } of wideGrants(statement, exempt)) {
      finding[level](
        `Role "${role.name}" of a function behind an alert topic has the ${label}, which ${fault}. ${remedy}.`,
      );
    }
  }
}

function judgeRole(role: Resource, loop: Loop, settings: Values<typeof SETTINGS>, finding: Finding): void {
  const { documents, managed } = grantsTo(role, loop.resources, finding);
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

/** Whether an account, or what an ARN names, is of another account than the loop; `undefined` where nobody can tell. */
function isElsewhere(who: unknown, { scope }: Loop): boolean | undefined {
  const account = typeof who === "string" && /^\d{12}$/.test(who) ? who : parseArn(who)?.account;
  if (account === undefined || !/^\d{12}$/.test(account)) return false;
  return scope && account !== scope.account;
}

/** Whether a resource is of a function: certainly, possibly or not. */
function isOf(callback: Resource, owner: Resource, property: "function" | "functionName", loop: Loop) {
  if (referred(owner, [property], [callback]).length > 0) return "certainly";
  return isUnresolved(owner, [property], ofKind(loop.resources, "function")) ? "possibly" : "not";
}

/** Judges whether anybody may invoke the function by HTTP. Source: Lambda Developer Guide, "Control access to function URLs". */
function judgeUrls(callback: Resource, loop: Loop, finding: Finding): void {
  for (const url of ofKind(loop.resources, "function-url")) {
    const { authorizationType } = url.props;
    const of = isOf(callback, url, "functionName", loop);
    if (of === "not" || (authorizationType !== "NONE" && authorizationType !== UNKNOWN)) continue;
    if (of === "possibly" || authorizationType === UNKNOWN) {
      finding.unjudged(`whether function URL "${url.name}" lets anybody invoke it`);
      continue;
    }
    finding.refuse(
      `Function URL "${url.name}" lets anybody invoke function "${callback.name}", and with it quarantine devices. ` +
        "Remove it, or set its authorizationType to AWS_IAM.",
    );
  }
}

function judgeTrust(role: Resource, loop: Loop, finding: Finding): void {
  const text = jsonString(role.props.assumeRolePolicy);
  const policy = typeof text === "string" ? parsedPolicy(text, "trust") : undefined;
  if (policy === undefined || "fault" in policy) {
    finding.unjudged(
      `who may assume role "${role.name}", as its trust policy is not known or cannot be read`,
    );
    return;
  }
  const arn = arnOf(role, loop.scope);
  // In a trust policy the resource is the role itself: its ARN says no more than which account is its own.
  const home = parseArn(arn) ?? { partition: "aws", account: "" };
  const who = strangersWhoAssume(policy, arn ?? "arn:aws:iam:::role/q-7", home);
  if (who.length === 0) return;
  if (arn === undefined) {
    finding.unjudged(`whether who may assume role "${role.name}" is of its account, which is not known`);
    return;
  }
  finding.refuse(
    `Role "${role.name}" of a function behind an alert topic may be assumed by ${who.slice(0, 3).join(", ")}. Trust ` +
      "lambda.amazonaws.com alone.",
  );
}

/** Whom a permission without a source lets in. */
function letIn({ principal, sourceAccount, sourceArn, principalOrgId }: JsonObject): string {
  const who = principal === "*" ? "anybody" : "anything of that service";
  const account = sourceAccount || parseArn(sourceArn)?.account;
  if (account === UNKNOWN) return `${who} in its sourceAccount`;
  if (typeof account === "string" && /^\d{12}$/.test(account)) return `${who} in account ${account}`;
  return typeof principalOrgId === "string" && principalOrgId !== ""
    ? `${who} in organization ${principalOrgId}`
    : `${who} in any account`;
}

/** What is wrong with a permission to invoke a function; `unknown` where that cannot be told yet. */
function permissionFault(props: JsonObject, loop: Loop): string | typeof UNKNOWN | undefined {
  const { principal, sourceArn } = props;
  const foreign = [principal, sourceArn].map((one) => isElsewhere(one, loop));
  if (foreign.includes(true)) return "another account can quarantine devices. Allow the alert topic alone";
  if (principal === UNKNOWN || foreign.includes(undefined)) return UNKNOWN;
  const isService =
    principal === "*" || (typeof principal === "string" && /\.amazonaws\.com(?:\.cn)?$/.test(principal));
  const isScoped = sourceArn === UNKNOWN || (typeof sourceArn === "string" && /^arn:[^*?]+$/.test(sourceArn));
  return isService && !isScoped
    ? `${letIn(props)} can quarantine devices. Set sourceArn to the ARN of the alert topic`
    : undefined;
}

/** Judges who may invoke the function. */
function judgePermissions(callback: Resource, loop: Loop, finding: Finding): void {
  for (const permission of ofKind(loop.resources, "permission")) {
    const of = isOf(callback, permission, "function", loop);
    const fault = of === "not" ? undefined : permissionFault(permission.props, loop);
    if (fault === undefined) continue;
    if (fault === UNKNOWN || of === "possibly") {
      finding.unjudged(`whom permission "${permission.name}" lets invoke it`);
      continue;
    }
    const { principal, sourceArn } = permission.props;
    finding.refuse(
      `Permission "${permission.name}" lets ${shown(principal)} invoke function "${callback.name}" with sourceArn ` +
        `${shown(sourceArn)}: ${fault}.`,
    );
  }
}

function judgeCallback(
  { callback, ...ways }: Callback,
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
  judgeFunctionPolicies({ callback, ...ways }, loop, finding);
  judgeQueues({ callback, ...ways }, loop, finding);
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
  remediationSteps:
    "List the actions and the ARNs in the policies of the function's role, and set sourceArn of its permissions.",
  settings: SETTINGS,
  judge: (loop, findings, settings) => {
    for (const callback of loop.callbacks) {
      findings.about(callback.callback, (finding) => judgeCallback(callback, loop, settings, finding));
    }
  },
});
