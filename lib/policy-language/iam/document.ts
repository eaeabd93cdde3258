import { isScalar } from "../../json";
import { CONDITION_OPERATOR } from "../condition";
import type { Dialect, Fault } from "../dialect";
import { MalformedPolicyError, readPolicy } from "../document";
import type { Statement } from "../statement";
import { readPrincipal, readTrustPrincipal } from "./principal";
import { syntaxError } from "./syntax-error";

/**
 * Where a policy stands: with an identity (no principal), with a resource (a principal), or with a role as
 * its trust policy (a principal, no resource).
 */
export type PolicyKind = "identity" | "resource" | "trust";

const ACTION = /^(?:\*|[\w-]+:[\w*?-]+)$/;

/**
 * Name of a statement in a policy of an identity or a role.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Sid"; the messages from public reports.
 */
const SID = /^[0-9A-Za-z]*$/;

function sidMessage({ path, value }: Fault): string {
  if (typeof value !== "string") return syntaxError(`${path} must be text`);
  return SID.test(value)
    ? "Statement IDs (SID) in a single policy must be unique."
    : "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";
}

const STATEMENT_ELEMENTS = [
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"],
  ...["Resource", "NotResource", "Condition"],
];

/** One text or an array of them, in which something is none. */
const listMessage = ({ path }: Fault) =>
  syntaxError(`${path.replace(/\[\d+\]$/, "")} must be text or a list of texts`);

function elementMessage({ path, element = "" }: Fault): string {
  if (STATEMENT_ELEMENTS.includes(element)) return `Has prohibited field ${element}`;
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
  sid: sidMessage,
  effect: ({ path }) => syntaxError(`${path} must be Allow or Deny`),
  both: ({ path, element }) => syntaxError(`${path} has both ${element} and Not${element}`),
  neither: ({ element = "" }) => NEITHER[element] ?? "",
  action: actionMessage,
  resource: (fault) =>
    isScalar(fault.value) ? `Resource ${fault.value} must be in ARN format or "*".` : listMessage(fault),
  variable: ({ path }) => syntaxError(`${path} has a variable before the fifth colon`),
  operator: ({ element }) => `Invalid Condition type : ${element}`,
  value: listMessage,
  duplicate: ({ path, element }) => syntaxError(`${path || "it"} has ${element} twice`),
};

const RESOURCE_POLICY: Dialect = {
  documentElements: ["Version", "Id", "Statement"],
  statementElements: STATEMENT_ELEMENTS,
  requiredElements: ["Principal", "Action"],
  shapes: { action: ACTION, resource: /^(?:\*|arn:.*)$/s, operator: CONDITION_OPERATOR },
  // How long a document may be is for each service to say.
  maxCharacters: Number.POSITIVE_INFINITY,
  // IAM User Guide, "Access Analyzer policy check reference": an empty array is no more than a suggestion.
  emptyArrays: true,
  syntax: { segments: Number.POSITIVE_INFINITY },
  readPrincipal,
  lone: "Statement[0]",
  message: (fault) => MESSAGES[fault.kind](fault),
};

/** The dialect of each kind of policy. */
export const IAM_DIALECTS: Readonly<Record<PolicyKind, Dialect>> = {
  resource: RESOURCE_POLICY,
  identity: {
    ...RESOURCE_POLICY,
    documentElements: ["Version", "Statement"],
    statementElements: STATEMENT_ELEMENTS.filter((name) => !name.endsWith("Principal")),
    requiredElements: ["Action", "Resource"],
    sid: SID,
    message: (fault) =>
      fault.kind === "element" && fault.element?.endsWith("Principal")
        ? "Policy document should not specify a principal."
        : MESSAGES[fault.kind](fault),
  },
  trust: {
    ...RESOURCE_POLICY,
    // IAM User Guide, "AWS JSON policy elements: NotPrincipal": not in a role's trust policy.
    statementElements: STATEMENT_ELEMENTS.filter((name) => !/^Not(?=Principal)|Resource$/.test(name)),
    sid: SID,
    shapes: { ...RESOURCE_POLICY.shapes, action: /^sts:[\w*?-]+$/i },
    readPrincipal: readTrustPrincipal,
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
