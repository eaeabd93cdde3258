/** One statement of an IAM, resource or IoT policy, written out. */
export interface Statement {
  /** Name of the statement; left out where the document's length is limited. */
  readonly Sid?: string;
  /** Whether it grants or refuses. */
  readonly Effect: "Allow" | "Deny";
  /** Whom a resource policy speaks of. */
  readonly Principal?: "*" | { readonly Service: string } | { readonly AWS: string };
  /** What may or may not be done. */
  readonly Action: string | readonly string[];
  /** ARNs that it is about. */
  readonly Resource?: string | readonly string[];
  /** ARNs that it is not about. */
  readonly NotResource?: readonly string[];
  /** When it holds: operator, key, value. */
  readonly Condition?: {
    readonly [operator: string]: { readonly [key: string]: string | readonly string[] };
  };
}

/** A policy document. */
export interface PolicyDocument {
  /** Version of the policy language. */
  readonly Version: "2012-10-17";
  /** Its statements. */
  readonly Statement: readonly Statement[];
}

/** Makes a document of statements. */
export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** A statement of what a role may do. */
export const allow = (
  Sid: string,
  Action: Statement["Action"],
  Resource: Statement["Resource"],
  Condition?: Statement["Condition"],
): Statement => ({
  Sid,
  Effect: "Allow",
  Action,
  ...(Resource && { Resource }),
  ...(Condition && { Condition }),
});
