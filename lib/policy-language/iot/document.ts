import { CONDITION_OPERATOR } from "../condition";
import type { Dialect, Fault } from "../dialect";
import { MalformedPolicyError, readPolicy } from "../document";
import type { Statement } from "../statement";
import { isKnownKey } from "./variables";

/** Most characters, white space not counted, that an IoT policy document may have. */
export const IOT_POLICY_MAX_CHARACTERS = 2048;

/** A well-formed policy document. */
export interface IotPolicy {
  readonly statements: readonly Statement[];
}

const DOCUMENT_ELEMENTS = ["Version", "Id", "Statement"];
const STATEMENT_ELEMENTS = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

const OPERATOR = /^(?:ForAllValues:|ForAnyValue:)?(?:String(?:Not)?(?:Equals|Like)|Arn(?:Equals|Like)|Bool)$/;

/** What may stand where a fault is. */
const RULES: Readonly<Partial<Record<Fault["kind"], string>>> = {
  object: "a JSON object",
  version: '"2012-10-17" or "2008-10-17"',
  sid: "a string",
  effect: '"Allow" or "Deny"',
  action: '"*" or an action with its prefix ("iot:Publish")',
  resource: '"*" or an ARN ("arn:...")',
  variable: "an ARN without a variable before its fifth colon",
  value: "a string, a number, a boolean or a list of them",
};

function shown(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)?.slice(0, 200);
  } catch {
    return "nested too deep to be shown";
  }
}

function message({ kind, path, element = "", value }: Fault): string {
  const what = path === "" ? "the policy document" : `\`${path}\``;
  const found = value === undefined ? "missing" : shown(value);
  switch (kind) {
    case "json":
      return `Make the policy document valid JSON: ${String(value)}.`;
    case "length":
      return `Shorten the policy document to ${IOT_POLICY_MAX_CHARACTERS} characters without white space; it has ${value}.`;
    case "element": {
      const known = path === element ? DOCUMENT_ELEMENTS : STATEMENT_ELEMENTS;
      return `Remove ${what}; only ${known.join(", ")} may stand there.`;
    }
    case "both":
    case "neither":
      return `Give ${path} either \`${element}\` or \`Not${element}\`; it has ${kind}.`;
    case "duplicate":
      return path === ""
        ? `Give each element once; \`${element}\` is there twice.`
        : `Give each key of ${what} once, in whatever case; \`${element}\` is there twice.`;
    case "operator":
      return `Set ${what.slice(0, -element.length - 2)}\` to operators that IAM has; it has ${JSON.stringify(element)}.`;
    case "statements":
      return `Set ${what} to ${value === undefined ? RULES.object : "one statement or a list of them"}; it is ${found}.`;
    default:
      return `Set ${what} to ${RULES[kind]}; it is ${found}.`;
  }
}

/**
 * The language of IoT policies. Unknown elements (`Principal` among them), actions without a prefix and resources that
 * are neither `*` nor an ARN are refused.
 *
 * Source: AWS IoT Core Developer Guide, "AWS IoT Core policies"; AWS IoT API Reference, CreatePolicy. AWS does not
 * publish what exactly CreatePolicy refuses: beyond the length and that wrong resources are refused, the faults are
 * assumed from IAM's grammar.
 */
export const IOT_DIALECT: Dialect = {
  documentElements: DOCUMENT_ELEMENTS,
  statementElements: STATEMENT_ELEMENTS,
  requiredElements: ["Action", "Resource"],
  shapes: { action: /^(?:\*|[\w-]+:\S+)$/, resource: /^(?:\*|arn:.+)$/s, operator: CONDITION_OPERATOR },
  maxCharacters: IOT_POLICY_MAX_CHARACTERS,
  emptyArrays: true,
  // Behind the fifth colon stands a name that may hold colons: a client id, a topic.
  syntax: { segments: 5, knowsOperator: (operator) => OPERATOR.test(operator), knowsKey: isKnownKey },
  lone: "Statement",
  message,
};

/**
 * Reads a policy document.
 *
 * @param document - the text, or the JSON value that would be sent as text
 * @throws {@link MalformedPolicyError} with all faults, when CreatePolicy refuses it
 */
export function parseIotPolicy(document: string | object): IotPolicy {
  const { statements, faults } = readPolicy(document, IOT_DIALECT);
  if (faults.length > 0) throw new MalformedPolicyError(faults);
  return { statements };
}
