import { arrayOf, isObject, isScalar, type JsonObject, repeatedKeys } from "../json";
import type { Dialect, Fault, PolicyFault } from "./dialect";
import { type PrincipalSelector, parseStatement, type Statement, type WrittenStatement } from "./statement";
import { variableKey } from "./variables";

/** The document is one that AWS refuses as malformed. */
export class MalformedPolicyError extends Error {
  override readonly name = "MalformedPolicyError";

  /** @param faults - what is wrong, at least one */
  constructor(readonly faults: readonly PolicyFault[]) {
    super(faults.map(({ message }) => message).join(" "));
  }
}

/** What was read of a document; its statements count for a decision only if there are no faults. */
interface Reading {
  readonly statements: readonly Statement[];
  readonly faults: readonly PolicyFault[];
}

const textOf = (document: string | object) =>
  typeof document === "string" ? document : JSON.stringify(document);

/**
 * Length of a policy document as AWS counts it: characters that are not white space.
 *
 * Source: AWS IoT API Reference, CreatePolicy, `policyDocument`.
 *
 * @param document - the text, or the JSON value that would be sent as text
 */
export function measurePolicy(document: string | object): number {
  return textOf(document).replace(/\s/g, "").length;
}

/**
 * Reads a policy document, as much of it as can be read, and notes all its faults.
 *
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language", "IAM JSON policy elements: Version" (without it
 * the language is 2008-10-17, in which `${...}` is no variable).
 *
 * @param document - the text, or the JSON value that would be sent as text
 */
export function readPolicy(document: string | object, dialect: Dialect): Reading {
  const reader = new DocumentReader(dialect);
  const statements = reader.read(textOf(document));
  return { statements, faults: reader.faults };
}

/** The statements of a document as they are written; what is none is left out, and faults do not matter. */
export function writtenStatements(document: string, dialect: Dialect): readonly WrittenStatement[] {
  return readPolicy(document, dialect).statements.map(({ written }) => written);
}

/**
 * Whether a variable stands where an ARN may have none.
 *
 * Source: IAM User Guide, "IAM policy elements: Variables and tags", "Resource element".
 */
function hasEarlyVariable(arn: string): boolean {
  const first = arn.search(/\$\{[^}]*\}/);
  return first >= 0 && arn.slice(0, first).split(":").length < 6;
}

class DocumentReader {
  readonly faults: PolicyFault[] = [];
  readonly #dialect: Dialect;
  readonly #sids = new Set<string>();
  #variables: "variables" | "no-variables" = "no-variables";

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  read(text: string): readonly Statement[] {
    const length = measurePolicy(text);
    if (length > this.#dialect.maxCharacters) this.#fault({ kind: "length", path: "", value: length });
    const root = this.#root(text);
    if (root === undefined) return [];
    const { Version: version = "2008-10-17", Statement: list } = root;
    if (version !== "2012-10-17" && version !== "2008-10-17") {
      this.#fault({ kind: "version", path: "Version", value: version });
    }
    if (list === undefined || (Array.isArray(list) && list.length === 0)) {
      this.#fault({ kind: "statements", path: "Statement", value: list });
      return [];
    }
    const { syntax, lone } = this.#dialect;
    if (version === "2012-10-17") this.#variables = "variables";
    return arrayOf(list).flatMap((statement, index) => {
      const written = this.#statement(Array.isArray(list) ? `Statement[${index}]` : lone, statement);
      return written ? [parseStatement(written, { ...syntax, variables: this.#variables })] : [];
    });
  }

  #root(text: string): JsonObject | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.#fault({ kind: "json", path: "", value: error });
      return undefined;
    }
    for (const element of repeatedKeys(text)) this.#fault({ kind: "duplicate", path: "", element });
    const root = this.#object("", value);
    if (root) this.#checkElements("", root, this.#dialect.documentElements);
    return root;
  }

  #statement(path: string, value: unknown): WrittenStatement | undefined {
    const statement = this.#object(path, value);
    if (statement === undefined) return undefined;
    this.#checkPair(path, statement, "Principal");
    this.#checkElements(path, statement, this.#dialect.statementElements);
    this.#checkPair(path, statement, "Action");
    this.#checkPair(path, statement, "Resource");
    const { Sid: sid, Effect: effect } = statement;
    this.#checkSid(`${path}.Sid`, sid);
    if (effect !== "Allow" && effect !== "Deny") {
      this.#fault({ kind: "effect", path: `${path}.Effect`, value: effect });
    }
    // IAM User Guide, "AWS JSON policy elements: NotPrincipal": with a Deny alone.
    if (effect === "Allow" && statement.NotPrincipal !== undefined && this.#dialect.readPrincipal) {
      this.#fault({ kind: "element", path: `${path}.NotPrincipal`, element: "NotPrincipal" });
    }
    const texts = (kind: "action" | "resource", name: string) =>
      statement[name] === undefined ? undefined : this.#texts(kind, `${path}.${name}`, statement[name]);
    return {
      sid,
      effect,
      principal: this.#principal(path, statement),
      actions: texts("action", "Action"),
      notActions: texts("action", "NotAction"),
      resources: texts("resource", "Resource"),
      notResources: texts("resource", "NotResource"),
      conditions: this.#conditions(`${path}.Condition`, statement.Condition),
    };
  }

  #checkSid(path: string, sid: unknown): void {
    const { sid: shape } = this.#dialect;
    const isTaken = typeof sid === "string" && sid !== "" && this.#sids.has(sid);
    const isWrong = sid !== undefined && (typeof sid !== "string" || shape?.test(sid) === false);
    if (isWrong || (shape !== undefined && isTaken)) this.#fault({ kind: "sid", path, value: sid });
    if (typeof sid === "string") this.#sids.add(sid);
  }

  /** Of an element and its `Not...` a statement has one, or where it need not have it, none. */
  #checkPair(path: string, statement: JsonObject, element: "Principal" | "Action" | "Resource"): void {
    const given = [element, `Not${element}`].filter((name) => statement[name] !== undefined);
    if (given.length > 1) this.#fault({ kind: "both", path, element });
    if (given.length === 0 && this.#dialect.requiredElements.includes(element)) {
      this.#fault({ kind: "neither", path, element });
    }
  }

  /** One text or an array of them; each that has not the shape of its kind is a fault. */
  #texts(kind: "action" | "resource", path: string, value: unknown): readonly string[] {
    const { [kind]: shape } = this.#dialect.shapes;
    if (Array.isArray(value) && value.length === 0 && !this.#dialect.emptyArrays) {
      this.#fault({ kind, path, value });
    }
    return arrayOf(value).flatMap((item, index) => {
      const where = Array.isArray(value) ? `${path}[${index}]` : path;
      if (!isScalar(item) || !shape.test(String(item))) this.#fault({ kind, path: where, value: item });
      else if (kind === "resource" && this.#variables === "variables" && hasEarlyVariable(String(item))) {
        this.#fault({ kind: "variable", path: where, value: item });
      }
      return isScalar(item) ? [String(item)] : [];
    });
  }

  #principal(path: string, statement: JsonObject): PrincipalSelector | undefined {
    const name = statement.Principal === undefined ? "NotPrincipal" : "Principal";
    const value = statement[name];
    if (value === undefined || !this.#dialect.readPrincipal) return undefined;
    const { faults, ...named } = this.#dialect.readPrincipal(value, `${path}.${name}`);
    this.faults.push(...faults);
    return { kind: name === "Principal" ? "listed" : "unlisted", ...named };
  }

  #conditions(path: string, value: unknown): WrittenStatement["conditions"] {
    if (value === undefined) return [];
    return Object.entries(this.#object(path, value) ?? {}).flatMap(([operator, keys]) => {
      const where = `${path}.${operator}`;
      if (!this.#dialect.shapes.operator.test(operator)) {
        this.#fault({ kind: "operator", path: where, element: operator });
      }
      const found = new Set<string>();
      return Object.entries(this.#object(where, keys) ?? {}).map(([key, values]) => {
        if (found.has(variableKey(key))) this.#fault({ kind: "duplicate", path: where, element: key });
        found.add(variableKey(key));
        const texts = arrayOf(values).filter(isScalar).map(String);
        if (texts.length < arrayOf(values).length) {
          this.#fault({ kind: "value", path: `${where}.${key}`, value: values });
        }
        return { operator, key, values: texts };
      });
    });
  }

  #object(path: string, value: unknown): JsonObject | undefined {
    if (isObject(value)) return value;
    this.#fault({ kind: "object", path, value });
    return undefined;
  }

  #checkElements(path: string, object: JsonObject, known: readonly string[]): void {
    for (const element of Object.keys(object).filter((name) => !known.includes(name))) {
      this.#fault({ kind: "element", path: path === "" ? element : `${path}.${element}`, element });
    }
  }

  #fault(fault: Fault): void {
    this.faults.push({ path: fault.path, message: this.#dialect.message(fault) });
  }
}
