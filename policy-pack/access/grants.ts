import { isJson, type Json, listOf, parseJson } from "../judging/unknown";

/** A statement of a policy document as it is written. */
export interface WrittenStatement {
  readonly effect: unknown;
  /** `Action`; absent where the statement has `NotAction`. */
  readonly actions?: readonly string[];
  /** `NotAction`. */
  readonly notActions?: readonly string[];
  /** `Resource`; absent where the statement has `NotResource`, or neither. */
  readonly resources?: readonly string[];
  /** `NotResource`. */
  readonly notResources?: readonly string[];
  /** Values by condition key (as written) of every operator. */
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
  /** `Principal` or `NotPrincipal`. */
  readonly principals: readonly string[];
  /** Services in them. */
  readonly services: readonly string[];
}

function texts(value: unknown): readonly string[] {
  return listOf(value).flatMap((item) =>
    ["string", "number", "boolean"].includes(typeof item) ? [String(item)] : [],
  );
}

function conditionsOf(condition: unknown): WrittenStatement["conditions"] {
  if (!isJson(condition)) return [];
  return Object.entries(condition).flatMap(([operator, keys]) =>
    isJson(keys)
      ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: texts(values) }))
      : [],
  );
}

function principalsOf(statement: Json, name: "AWS" | "Service"): readonly string[] {
  return [statement.Principal, statement.NotPrincipal].flatMap((principal) => {
    if (isJson(principal)) return texts(principal[name]);
    return name === "AWS" ? texts(principal) : [];
  });
}

function written(statement: Json): WrittenStatement {
  const { Action, NotAction, Resource, NotResource } = statement;
  return {
    effect: statement.Effect,
    ...(Action !== undefined && { actions: texts(Action) }),
    ...(NotAction !== undefined && { notActions: texts(NotAction) }),
    ...(Resource !== undefined && { resources: texts(Resource) }),
    ...(NotResource !== undefined && { notResources: texts(NotResource) }),
    conditions: conditionsOf(statement.Condition),
    principals: principalsOf(statement, "AWS"),
    services: principalsOf(statement, "Service"),
  };
}

/**
 * Reads the statements of a policy document as they are written, for what a decision needs to be tried on. What
 * is no statement is left out: whether a document is well-formed is for the evaluator to say.
 *
 * @param text the document.
 */
export function writtenStatements(text: string): readonly WrittenStatement[] {
  const document = parseJson(text);
  return isJson(document) ? listOf(document.Statement).filter(isJson).map(written) : [];
}
