import type { PrincipalSelector, StatementSyntax } from "./statement";

/** One thing that is wrong with a policy document. */
export interface PolicyFault {
  /** Where, such as `Statement[0].Effect`; empty for the document as a whole. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
}

/** A fault before a dialect puts it into words. */
export interface Fault {
  readonly kind:
    | "json"
    | "length"
    | "object"
    | "element"
    | "version"
    | "statements"
    | "sid"
    | "effect"
    | "both"
    | "neither"
    | "action"
    | "resource"
    | "variable"
    | "operator"
    | "value"
    | "duplicate";
  readonly path: string;
  /** The element that is unknown, missing, or there twice. */
  readonly element?: string;
  /** What was found. */
  readonly value?: unknown;
}

/** What differs between the documents of AWS IoT and those of IAM, and among these by where they stand. */
export interface Dialect {
  /** Elements that a document may have. */
  readonly documentElements: readonly string[];
  /** Elements that a statement may have. */
  readonly statementElements: readonly string[];
  /** Elements of which a statement must have one, or its `Not...`. */
  readonly requiredElements: readonly ("Principal" | "Action" | "Resource")[];
  /** What an action, a resource and an operator of a condition look like. */
  readonly shapes: { readonly action: RegExp; readonly resource: RegExp; readonly operator: RegExp };
  /** What the name of a statement looks like, where each may have one of its own alone. */
  readonly sid?: RegExp;
  /** Most characters of a document, white space not counted. */
  readonly maxCharacters: number;
  /** Whether an action or resource may be an array of none. */
  readonly emptyArrays: boolean;
  /** What statements may hold, beside the variables that the version has, and what of it can be judged. */
  readonly syntax: Omit<StatementSyntax, "variables">;
  /** Reads a `Principal` or `NotPrincipal`; absent where there is none. */
  readonly readPrincipal?: (
    value: unknown,
    path: string,
  ) => Omit<PrincipalSelector, "kind"> & { readonly faults: readonly PolicyFault[] };
  /** How a statement that stands alone, in no array, is called. */
  readonly lone: "Statement" | "Statement[0]";
  /** Says what is wrong, and where it can, what to set. */
  readonly message: (fault: Fault) => string;
}
