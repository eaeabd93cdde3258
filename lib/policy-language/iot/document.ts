import { type IotCondition, parseCondition } from "./condition";
import { parseTemplate, type Template, type TemplateSyntax } from "./template";

/** Most characters, white space not counted, that an IoT policy document may have. */
export const IOT_POLICY_MAX_CHARACTERS = 2048;

/** What a statement does with what it covers. */
export type IotPolicyEffect = "Allow" | "Deny";

/** What `Action` or `Resource` covers (`listed`), or `NotAction` or `NotResource` leaves out (`unlisted`). */
export interface Selector {
  readonly kind: "listed" | "unlisted";
  readonly patterns: readonly Template[];
}

/** One statement of a policy, ready to be evaluated. */
export interface IotPolicyStatement {
  readonly effect: IotPolicyEffect;
  /** Actions with their prefix, in lower case. */
  readonly actions: Selector;
  /** ARNs. */
  readonly resources: Selector;
  /** All must hold. */
  readonly conditions: readonly IotCondition[];
}

/** A well-formed policy document. */
export interface IotPolicy {
  readonly statements: readonly IotPolicyStatement[];
}

/** One thing that is wrong with a policy document. */
export interface IotPolicyFault {
  /** Where, such as `Statement[0].Effect`; empty for the document as a whole. */
  readonly path: string;
  /** What is wrong, the value found, and what to set. */
  readonly message: string;
}

/** The document is one that CreatePolicy refuses with `MalformedPolicyException`. */
export class MalformedIotPolicyError extends Error {
  override readonly name = "MalformedIotPolicyError";

  /** @param faults all that is wrong, at least one */
  constructor(readonly faults: readonly IotPolicyFault[]) {
    super(faults.map(({ message }) => message).join(" "));
  }
}

/**
 * Length of a policy document as AWS IoT counts it: characters that are not white space.
 *
 * Source: AWS IoT API Reference, CreatePolicy, `policyDocument`.
 *
 * @param document the text, or the JSON value that would be sent as text
 */
export function measurePolicy(document: string | object): number {
  return textOf(document).replace(/\s/g, "").length;
}

/**
 * Reads a policy document.
 *
 * Without `Version` the language is 2008-10-17, in which `${...}` is no variable. Unknown elements
 * (`Principal` among them), actions without a prefix and resources that are neither `*` nor an ARN are
 * refused.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policies"; AWS IoT API Reference, CreatePolicy; IAM
 * User Guide, "IAM JSON policy elements: Version", "Grammar of the IAM JSON policy language". AWS does not
 * publish what exactly CreatePolicy refuses: beyond the length and that wrong resources are refused, the
 * faults are assumed from that grammar.
 *
 * @param document the text, or the JSON value that would be sent as text
 * @throws {@link MalformedIotPolicyError} with all faults
 */
export function parseIotPolicy(document: string | object): IotPolicy {
  const faults: IotPolicyFault[] = [];
  const policy = new DocumentReader(faults).read(document);
  if (faults.length > 0) throw new MalformedIotPolicyError(faults);
  return policy;
}

function textOf(document: string | object): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads what it can and notes every fault; what it returns counts only if there is none. */
class DocumentReader {
  #syntax: Pick<TemplateSyntax, "variables"> = { variables: "no-variables" };

  constructor(private readonly faults: IotPolicyFault[]) {}

  read(document: string | object): IotPolicy {
    const length = measurePolicy(document);
    if (length > IOT_POLICY_MAX_CHARACTERS) {
      const limit = `${IOT_POLICY_MAX_CHARACTERS} characters without white space`;
      this.#fault("", `Shorten the policy document to ${limit}; it has ${length}.`);
    }
    const json = this.#json(textOf(document));
    const root = json && this.#object("", json.value, ["Version", "Id", "Statement"]);
    if (root === undefined) return { statements: [] };
    const version = root.Version ?? "2008-10-17";
    if (version !== "2012-10-17" && version !== "2008-10-17") {
      this.#wrong("Version", '"2012-10-17" or "2008-10-17"', version);
    }
    if (version === "2012-10-17") this.#syntax = { variables: "variables" };
    const statements = Array.isArray(root.Statement) ? root.Statement : [root.Statement];
    if (statements.length === 0) this.#wrong("Statement", "one statement or a list of them", []);
    const alone = !Array.isArray(root.Statement);
    return {
      statements: statements.flatMap((statement: unknown, index) =>
        this.#statement(alone ? "Statement" : `Statement[${index}]`, statement),
      ),
    };
  }

  #json(text: string): { readonly value: unknown } | undefined {
    try {
      return { value: JSON.parse(text) };
    } catch (error) {
      this.#fault("", `Make the policy document valid JSON: ${String(error)}.`);
      return undefined;
    }
  }

  #statement(path: string, value: unknown): IotPolicyStatement[] {
    const known = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
    const statement = this.#object(path, value, known);
    if (statement === undefined) return [];
    const sid = statement.Sid ?? "";
    if (typeof sid !== "string") this.#wrong(`${path}.Sid`, "a string", sid);
    const effect = statement.Effect;
    if (effect !== "Allow" && effect !== "Deny") this.#wrong(`${path}.Effect`, '"Allow" or "Deny"', effect);
    return [
      {
        effect: effect === "Allow" ? "Allow" : "Deny",
        actions: this.#selector(path, statement, "Action"),
        resources: this.#selector(path, statement, "Resource"),
        conditions: this.#conditions(`${path}.Condition`, statement.Condition),
      },
    ];
  }

  #selector(path: string, statement: JsonObject, element: "Action" | "Resource"): Selector {
    const names = [element, `Not${element}`].filter((name) => statement[name] !== undefined);
    const [name = element] = names;
    if (names.length !== 1) {
      const found = names.length === 0 ? "it has neither" : "it has both";
      this.#fault(path, `Give ${path} either \`${element}\` or \`Not${element}\`; ${found}.`);
    }
    const texts = names.length === 1 ? this.#texts(`${path}.${name}`, statement[name], element) : [];
    // Variables stand in resources only, and actions match without regard to case.
    const patterns =
      element === "Action"
        ? texts.map((text) =>
            parseTemplate(text.toLowerCase(), { wildcards: "wildcards", variables: "no-variables" }),
          )
        : texts.map((text) => parseTemplate(text, { wildcards: "wildcards", ...this.#syntax }));
    return { kind: name === element ? "listed" : "unlisted", patterns };
  }

  #texts(path: string, value: unknown, element: "Action" | "Resource"): readonly string[] {
    const shape = element === "Action" ? /^(?:\*|[\w-]+:\S+)$/ : /^(?:\*|arn:.+)$/s;
    const rule =
      element === "Action" ? '"*" or an action with its prefix ("iot:Publish")' : '"*" or an ARN ("arn:...")';
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0) this.#wrong(path, rule, value);
    return list.filter((text, index): text is string => {
      if (typeof text === "string" && shape.test(text)) return true;
      this.#wrong(Array.isArray(value) ? `${path}[${index}]` : path, rule, text);
      return false;
    });
  }

  #conditions(path: string, value: unknown): readonly IotCondition[] {
    if (value === undefined) return [];
    return Object.entries(this.#object(path, value) ?? {}).flatMap(([operator, keys]) =>
      Object.entries(this.#object(`${path}.${operator}`, keys) ?? {}).map(([key, values]) => {
        const list: readonly unknown[] = Array.isArray(values) ? values : [values];
        if (list.some((item) => !["string", "boolean", "number"].includes(typeof item))) {
          this.#wrong(
            `${path}.${operator}.${key}`,
            "a string, a number, a boolean or a list of them",
            values,
          );
        }
        return parseCondition(operator, key, list.map(String), this.#syntax);
      }),
    );
  }

  #object(path: string, value: unknown, known?: readonly string[]): JsonObject | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#wrong(path, "a JSON object", value);
      return undefined;
    }
    for (const name of Object.keys(value)) {
      if (known?.includes(name) === false) {
        const where = path === "" ? name : `${path}.${name}`;
        this.#fault(where, `Remove \`${where}\`; only ${known.join(", ")} may stand there.`);
      }
    }
    return value as JsonObject;
  }

  #wrong(path: string, rule: string, value: unknown): void {
    const what = path === "" ? "the policy document" : `\`${path}\``;
    const found = value === undefined ? "missing" : JSON.stringify(value).slice(0, 200);
    this.#fault(path, `Set ${what} to ${rule}; it is ${found}.`);
  }

  #fault(path: string, message: string): void {
    this.faults.push({ path, message });
  }
}
