import type { NormalizedSchema } from "@smithy/core/schema";
import { isObject } from "../../lib/json";
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

/** What a member, or a list's or a map's part, is called on the wire. */
const nameOf = (schema: NormalizedSchema, otherwise: string) => schema.getMergedTraits().xmlName ?? otherwise;

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
      const item = tree[nameOf(memberSchema, member)];
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
    const item = schema.getValueSchema();
    const [key, content] = [nameOf(schema.getKeySchema(), "key"), nameOf(item, "value")];
    return Object.fromEntries(
      entries.map((entry) => [String(entry[key] ?? ""), plain(item, entry[content] ?? "")]),
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

/** The parts of a list or a map; undefined for what is neither. */
function partsOf(schema: NormalizedSchema, value: unknown): string[] | undefined {
  const item = schema.isListSchema() || schema.isMapSchema() ? schema.getValueSchema() : undefined;
  if (item && schema.isListSchema() && Array.isArray(value)) return value.map((each) => xmlOf(item, each));
  if (!item || !schema.isMapSchema() || !isObject(value)) return undefined;
  const [key, content] = [nameOf(schema.getKeySchema(), "key"), nameOf(item, "value")];
  return Object.entries(value).map(
    ([name, each]) => element(key, escapeXml(name)) + element(content, xmlOf(item, each)),
  );
}

/** A member of a structure; of one that is flattened, each part has the member's own name. */
function memberOf(schema: NormalizedSchema, member: string, value: unknown): string {
  const name = nameOf(schema, member);
  const parts = schema.getMergedTraits().xmlFlattened ? partsOf(schema, value) : undefined;
  return parts ? parts.map((part) => element(name, part)).join("") : element(name, xmlOf(schema, value));
}

function xmlOf(schema: NormalizedSchema, value: unknown): string {
  // Whole seconds have no fraction, as in AWS's answers.
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  const parts = partsOf(schema, value);
  const part = schema.isMapSchema() ? "entry" : "member";
  if (parts) return parts.map((each) => element(part, each)).join("");
  if (!isObject(value)) return escapeXml(String(value));
  return [...schema.structIterator()]
    .filter(([member]) => value[member] !== undefined && value[member] !== null)
    .map(([member, memberSchema]) => memberOf(memberSchema, member, value[member]))
    .join("");
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
