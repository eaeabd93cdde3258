import { type Condition, type ConditionSyntax, parseCondition } from "./condition";
import { parseTemplate, type Template, type TemplateSyntax } from "./pattern";

/** Whom a statement speaks of (`Principal`, listed) or leaves out (`NotPrincipal`, unlisted). */
export interface PrincipalSelector {
  readonly kind: "listed" | "unlisted";
  /** The values of `AWS`: `*`, account ids, ARNs. */
  readonly aws: readonly string[];
  /** The values of `Service`. */
  readonly services: readonly string[];
}

/** A statement as it is written; numbers and booleans as their text, and what is no scalar left out. */
export interface WrittenStatement {
  readonly sid: unknown;
  readonly effect: unknown;
  readonly principal: PrincipalSelector | undefined;
  /** `Action`; absent where the statement has `NotAction`. */
  readonly actions: readonly string[] | undefined;
  /** `NotAction`. */
  readonly notActions: readonly string[] | undefined;
  /** `Resource`; absent where the statement has `NotResource`, or neither. */
  readonly resources: readonly string[] | undefined;
  /** `NotResource`. */
  readonly notResources: readonly string[] | undefined;
  /** Values by operator and condition key. */
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
}

/** What `Action` or `Resource` covers (`listed`), or `NotAction` or `NotResource` leaves out (`unlisted`). */
export interface Selector {
  readonly kind: "listed" | "unlisted";
  readonly patterns: readonly Template[];
}

/** What of the language a policy's statements have. */
export interface StatementSyntax extends ConditionSyntax, Pick<TemplateSyntax, "segments"> {}

/** A parsed statement, ready to be evaluated. */
export interface Statement {
  readonly written: WrittenStatement;
  /** What it does with what it covers. */
  readonly effect: "Allow" | "Deny";
  /** Absent where the policy stands with an identity, of which it speaks. */
  readonly principal?: PrincipalSelector;
  /** Actions in lower case. */
  readonly actions: Selector;
  /** Absent where the policy stands with a resource, and means that. */
  readonly resources?: Selector;
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

function selector(
  listed: readonly string[] | undefined,
  unlisted: readonly string[] | undefined,
  parse: (text: string) => Template,
): Selector | undefined {
  const texts = listed ?? unlisted;
  return texts && { kind: listed ? "listed" : "unlisted", patterns: texts.map(parse) };
}

/** Makes a statement ready to be evaluated; it counts only if its document is well-formed. */
export function parseStatement(written: WrittenStatement, syntax: StatementSyntax): Statement {
  const { effect, principal, actions, notActions, resources, notResources, conditions } = written;
  // Variables stand in resources only, and actions match without regard to case.
  const ofAction = selector(actions, notActions, (text) =>
    parseTemplate(text.toLowerCase(), { wildcards: "wildcards", variables: "no-variables" }),
  );
  const ofResource = selector(resources, notResources, (text) =>
    parseTemplate(text, { wildcards: "wildcards", ...syntax }),
  );
  return {
    written,
    effect: effect === "Allow" ? "Allow" : "Deny",
    ...(principal && { principal }),
    actions: ofAction ?? { kind: "listed", patterns: [] },
    ...(ofResource && { resources: ofResource }),
    conditions: conditions.map(({ operator, key, values }) => parseCondition(operator, key, values, syntax)),
  };
}
