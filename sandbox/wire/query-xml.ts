import type { NormalizedSchema } from "@smithy/core/schema";
import type { AwsError } from "./aws-error";
import type { WireResponse } from "./exchange";
import { fromJson } from "./json-codec";
import type { Operation } from "./operations";
import type { Service } from "./service";

/** The parameters of a Query request as a tree: `A.member.1.B=x` becomes `{A: {member: {1: {B: x}}}}`. */
interface Tree {
  [key: string]: Tree | string;
}

function treeOf(parameters: URLSearchParams): Tree {
  const root: Tree = Object.create(null);
  for (const [name, value] of parameters) {
    let node = root;
    const steps = name.split(".");
    const last = steps.pop() ?? name;
    for (const step of steps) {
      const next = node[step];
      if (typeof next === "object") {
        node = next;
      } else {
        const fresh: Tree = Object.create(null);
        node[step] = fresh;
        node = fresh;
      }
    }
    node[last] = value;
  }
  return root;
}

const asTree = (value: Tree | string | undefined): Tree => (typeof value === "object" ? value : {});

function itemsOf(tree: Tree): (Tree | string)[] {
  return Object.keys(tree)
    .filter((key) => /^\d+$/.test(key))
    .sort((a, b) => Number(a) - Number(b))
    .flatMap((key) => tree[key] ?? []);
}

function scalar(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text === "true";
  if (schema.isNumericSchema() && text !== "" && !Number.isNaN(Number(text))) return Number(text);
  return text;
}

/** Turns the tree into plain JSON of the operation's shape; `fromJson` then checks it. */
function plain(schema: NormalizedSchema, value: Tree | string): unknown {
  if (schema.isStructSchema()) {
    const tree = asTree(value);
    const members = [...schema.structIterator()].flatMap(([member, memberSchema]) => {
      const item = tree[memberSchema.getMergedTraits().xmlName ?? member];
      return item === undefined ? [] : [[member, plain(memberSchema, item)] as const];
    });
    return Object.fromEntries(members);
  }
  if (schema.isListSchema()) {
    const tree = asTree(value);
    return itemsOf(asTree(tree.member ?? tree)).map((item) => plain(schema.getValueSchema(), item));
  }
  if (schema.isMapSchema()) {
    const tree = asTree(value);
    const entries = itemsOf(asTree(tree.entry ?? tree)).map(asTree);
    return Object.fromEntries(
      entries.map((entry) => [
        String(entry.key ?? entry.Name ?? ""),
        plain(schema.getValueSchema(), entry.value ?? entry.Value ?? ""),
      ]),
    );
  }
  return typeof value === "string" ? scalar(schema, value) : value;
}

/** Reads the form of a Query request as an operation's input. */
export function readQueryInput(operation: Operation, form: URLSearchParams): Record<string, unknown> {
  return fromJson(operation.input, plain(operation.input, treeOf(form))) as Record<string, unknown>;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
// Characters that XML 1.0 cannot carry are dropped; carriage returns must be escaped or readers fold them.
const escapeXml = (text: string) =>
  text
    .replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character)
    .replace(/\r/g, "&#xD;")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are forbidden in XML 1.0.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");

const element = (name: string, content: string) => `<${name}>${content}</${name}>`;

function xmlOf(schema: NormalizedSchema, value: unknown): string {
  // Whole seconds have no fraction, as in AWS's answers.
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.map((item) => element("member", xmlOf(schema.getValueSchema(), item))).join("");
  }
  if (typeof value === "object" && value !== null) {
    const object = value as Record<string, unknown>;
    if (schema.isMapSchema()) {
      return Object.entries(object)
        .map(([key, item]) =>
          element(
            "entry",
            element("key", escapeXml(key)) + element("value", xmlOf(schema.getValueSchema(), item)),
          ),
        )
        .join("");
    }
    return [...schema.structIterator()]
      .filter(([member]) => object[member] !== undefined && object[member] !== null)
      .map(([member, memberSchema]) => element(member, xmlOf(memberSchema, object[member])))
      .join("");
  }
  return escapeXml(String(value));
}

const XML_HEADERS = { "content-type": "text/xml" };

/** Writes an operation's output in the Query protocol's envelope. */
export function writeQueryOutput(
  service: Service,
  operation: Operation,
  output: Record<string, unknown>,
  requestId: string,
): WireResponse {
  // Clients look for the result of a structure, even of one that is empty; an operation without output has none.
  const result = operation.output.isUnitSchema()
    ? ""
    : element(`${operation.name}Result`, xmlOf(operation.output, output));
  const metadata = element("ResponseMetadata", element("RequestId", requestId));
  return {
    status: 200,
    headers: XML_HEADERS,
    body: `<${operation.name}Response xmlns="${service.xmlNamespace}">${result}${metadata}</${operation.name}Response>`,
  };
}

/** Writes an error in the Query protocol's envelope. */
export function writeQueryError(error: AwsError, requestId: string): WireResponse {
  const type = error.status < 500 ? "Sender" : "Receiver";
  const fields =
    element("Type", type) +
    element("Code", escapeXml(error.code)) +
    element("Message", escapeXml(error.message));
  return {
    status: error.status,
    headers: XML_HEADERS,
    body: `<ErrorResponse>${element("Error", fields)}${element("RequestId", requestId)}</ErrorResponse>`,
  };
}
