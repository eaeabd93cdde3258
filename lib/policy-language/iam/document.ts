import type { Selector } from "../iot/document";
import { parseTemplate, type TemplateSyntax } from "../iot/template";
import { type Condition, parseCondition } from "./condition";
import { type PrincipalSelector, parsePrincipal } from "./principal";
import { isObject, MalformedPolicyError, syntaxError, textsOf } from "./syntax";

/**
 * Where a policy stands: with an identity (no principal), with a resource (a principal), or with a role as
 * its trust policy (a principal, no resource).
 */
export type PolicyKind = "identity" | "resource" | "trust";

/** One statement, ready to be judged. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  /** Absent in an identity's policy: it speaks of the identity that it stands with. */
  readonly principal?: PrincipalSelector;
  /** Actions in lower case. */
  readonly actions: Selector;
  /** Absent in a trust policy, and where a resource's policy leaves it out: the resource itself. */
  readonly resources?: Selector;
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

const ACTION = /^(?:\*|[\w-]+:[\w*?-]+)$/;
const RESOURCE = /^(?:\*|arn:.*)$/s;
const VERSIONS: readonly unknown[] = ["2012-10-17", "2008-10-17", undefined];
const POLICY_ELEMENTS = ["Version", "Id", "Statement"];
const STATEMENT_ELEMENTS = [
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"],
  ...["Resource", "NotResource", "Condition"],
];

function refuseUnknown(object: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).find((name) => !known.includes(name));
  if (unknown !== undefined) throw syntaxError(`${where} has an unknown field ${unknown}`);
}

/** The one of two elements (`Action` or `NotAction`) that a statement has. */
function oneOf(statement: Readonly<Record<string, unknown>>, name: string, where: string) {
  const given = [name, `Not${name}`].filter((element) => statement[element] !== undefined);
  if (given.length > 1) throw syntaxError(`${where} has both ${name} and Not${name}`);
  const element = given[0];
  return element === undefined
    ? undefined
    : { kind: element === name ? ("listed" as const) : ("unlisted" as const), value: statement[element] };
}

function actionsOf(statement: Readonly<Record<string, unknown>>, kind: PolicyKind, where: string): Selector {
  const found = oneOf(statement, "Action", where);
  if (!found) throw new MalformedPolicyError("Policy statement must contain actions.");
  const texts = textsOf(found.value, `${where}.Action`);
  if (texts.some((text) => !ACTION.test(text))) {
    throw new MalformedPolicyError(
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    );
  }
  if (kind === "trust" && texts.some((text) => !text.toLowerCase().startsWith("sts:"))) {
    throw new MalformedPolicyError("AssumeRole policy may only specify STS AssumeRole actions.");
  }
  const syntax: TemplateSyntax = { wildcards: "wildcards", variables: "no-variables" };
  return { kind: found.kind, patterns: texts.map((text) => parseTemplate(text.toLowerCase(), syntax)) };
}

function resourcesOf(
  statement: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
  syntax: TemplateSyntax,
  where: string,
): Selector | undefined {
  const found = oneOf(statement, "Resource", where);
  if (!found) {
    if (kind === "identity") throw new MalformedPolicyError("Policy statement must contain resources.");
    return undefined;
  }
  if (kind === "trust") throw new MalformedPolicyError("Has prohibited field Resource");
  const texts = textsOf(found.value, `${where}.Resource`);
  const wrong = texts.find((text) => !RESOURCE.test(text));
  if (wrong !== undefined) {
    throw new MalformedPolicyError(`Resource ${wrong} must be in ARN format or "*".`);
  }
  return { kind: found.kind, patterns: texts.map((text) => parseTemplate(text, syntax)) };
}

function conditionsOf(value: unknown, syntax: TemplateSyntax, where: string): Condition[] {
  if (value === undefined) return [];
  if (!isObject(value)) throw syntaxError(`${where} must be an object`);
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw syntaxError(`${where}.${operator} must be an object`);
    return Object.entries(keys).map(([key, values]) =>
      parseCondition(operator, key, textsOf(values, `${where}.${operator}.${key}`), syntax),
    );
  });
}

function statementOf(value: unknown, kind: PolicyKind, syntax: TemplateSyntax, where: string): Statement {
  if (!isObject(value)) throw syntaxError(`${where} must be an object`);
  refuseUnknown(value, STATEMENT_ELEMENTS, where);
  const { Effect: effect, Sid: sid } = value;
  if (effect !== "Allow" && effect !== "Deny") throw syntaxError(`${where}.Effect must be Allow or Deny`);
  if (sid !== undefined && typeof sid !== "string") throw syntaxError(`${where}.Sid must be text`);
  const principal = oneOf(value, "Principal", where);
  if (principal && kind === "identity") {
    throw new MalformedPolicyError("Policy document should not specify a principal.");
  }
  if (!principal && kind !== "identity") throw new MalformedPolicyError("Missing required field Principal");
  const resources = resourcesOf(value, kind, syntax, where);
  return {
    effect,
    ...(principal && { principal: parsePrincipal(principal.kind, principal.value, where) }),
    actions: actionsOf(value, kind, where),
    ...(resources && { resources }),
    conditions: conditionsOf(value.Condition, syntax, `${where}.Condition`),
  };
}

/**
 * Reads a policy document.
 *
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language"; the words of the faults are those that
 * IAM is seen to answer, where one was found, and our own behind "Syntax errors in policy." (AWS says no
 * more than that).
 *
 * @throws {@link MalformedPolicyError} with the first fault.
 */
export function parsePolicy(text: string, kind: PolicyKind): readonly Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new MalformedPolicyError("This policy contains invalid Json");
  }
  if (!isObject(document)) throw syntaxError("it must be an object");
  refuseUnknown(document, POLICY_ELEMENTS, "it");
  if (!VERSIONS.includes(document.Version)) {
    throw syntaxError("Version must be 2012-10-17 or 2008-10-17");
  }
  const { Statement: list } = document;
  const statements: readonly unknown[] = Array.isArray(list) ? list : [list];
  if (list === undefined || statements.length === 0) throw syntaxError("Statement is missing");
  // Variables came with version 2012-10-17 (IAM User Guide, "IAM JSON policy elements: Version").
  const variables = document.Version === "2012-10-17" ? "variables" : "no-variables";
  const syntax: TemplateSyntax = { wildcards: "wildcards", variables };
  return statements.map((statement, index) => statementOf(statement, kind, syntax, `Statement[${index}]`));
}
