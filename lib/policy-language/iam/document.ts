import { isScalar } from "../../json";
import type { Dialect, Fault } from "../dialect";
import { MalformedPolicyError, readPolicy } from "../document";
import type { Statement } from "../statement";
import { readPrincipal } from "./principal";
import { syntaxError } from "./syntax-error";

/**
 * Where a policy stands: with an identity (no principal), with a resource (a principal), or with a role as
 * its trust policy (a principal, no resource).
 */
export type PolicyKind = "identity" | "resource" | "trust";

const ACTION = /^(?:\*|[\w-]+:[\w*?-]+)$/;

/** One text or an array of them, in which something is none, or nothing is. */
const listMessage = ({ path, value }: Fault) =>
  Array.isArray(value) && value.length === 0
    ? syntaxError(`${path} must not be empty`)
    : syntaxError(`${path.replace(/\[\d+\]$/, "")} must be text or a list of texts`);

function elementMessage({ path, element = "" }: Fault): string {
  if (element.endsWith("Principal")) return "Policy document should not specify a principal.";
  if (element.endsWith("Resource")) return "Has prohibited field Resource";
  return syntaxError(`${path.slice(0, -element.length - 1) || "it"} has an unknown field ${element}`);
}

function actionMessage(fault: Fault): string {
  if (!isScalar(fault.value)) return listMessage(fault);
  return ACTION.test(String(fault.value))
    ? "AssumeRole policy may only specify STS AssumeRole actions."
    : "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
}

const NEITHER: Readonly<Record<string, string>> = {
  Principal: "Missing required field Principal",
  Action: "Policy statement must contain actions.",
  Resource: "Policy statement must contain resources.",
};

/** The words are those that IAM is seen to answer, where some were found; of a syntax error AWS says no more. */
const MESSAGES: Readonly<Record<Fault["kind"], (fault: Fault) => string>> = {
  json: () => "This policy contains invalid Json",
  length: () => "Policy document is too long.",
  object: ({ path }) => syntaxError(`${path || "it"} must be an object`),
  element: elementMessage,
  version: () => syntaxError("Version must be 2012-10-17 or 2008-10-17"),
  statements: () => syntaxError("Statement is missing"),
  sid: ({ path }) => syntaxError(`${path} must be text`),
  effect: ({ path }) => syntaxError(`${path} must be Allow or Deny`),
  both: ({ path, element }) => syntaxError(`${path} has both ${element} and Not${element}`),
  neither: ({ element = "" }) => NEITHER[element] ?? "",
  action: actionMessage,
  resource: (fault) =>
    isScalar(fault.value) ? `Resource ${fault.value} must be in ARN format or "*".` : listMessage(fault),
  value: listMessage,
};

const RESOURCE_POLICY: Dialect = {
  documentElements: ["Version", "Id", "Statement"],
  statementElements: [
    ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"],
    ...["Resource", "NotResource", "Condition"],
  ],
  requiredElements: ["Principal", "Action"],
  shapes: { action: ACTION, resource: /^(?:\*|arn:.*)$/s },
  // How long a document may be is for each service to say.
  maxCharacters: Number.POSITIVE_INFINITY,
  emptyConditions: false,
  readPrincipal,
  lone: "Statement[0]",
  message: (fault) => MESSAGES[fault.kind](fault),
};

/** The dialect of each kind of policy. */
export const IAM_DIALECTS: Readonly<Record<PolicyKind, Dialect>> = {
  resource: RESOURCE_POLICY,
  identity: {
    ...RESOURCE_POLICY,
    statementElements: RESOURCE_POLICY.statementElements.filter((name) => !name.endsWith("Principal")),
    requiredElements: ["Action", "Resource"],
  },
  trust: {
    ...RESOURCE_POLICY,
    statementElements: RESOURCE_POLICY.statementElements.filter((name) => !name.endsWith("Resource")),
    shapes: { ...RESOURCE_POLICY.shapes, action: /^sts:[\w*?-]+$/i },
  },
};

/**
 * Reads a policy document.
 *
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language".
 *
 * @throws {@link MalformedPolicyError} with the first fault
 */
export function parsePolicy(text: string, kind: PolicyKind): readonly Statement[] {
  const { statements, faults } = readPolicy(text, IAM_DIALECTS[kind]);
  if (faults.length > 0) throw new MalformedPolicyError(faults.slice(0, 1));
  return statements;
}
