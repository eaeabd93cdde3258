import type { NormalizedSchema } from "@smithy/core/schema";
import type { AwsError } from "./aws-error";
import type { WireRequest, WireResponse } from "./exchange";
import { fromJson, parseBody, ShapeError, toJson } from "./json-codec";
import type { Operation } from "./operations";

/** An operation that a path means, with the values of the path's labels, decoded. */
export interface RestMatch {
  readonly operation: Operation;
  readonly labels: Readonly<Record<string, string>>;
}

interface RestRoute {
  readonly operation: Operation;
  readonly method: string;
  readonly pattern: RegExp;
  readonly labels: readonly string[];
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function compileRoute(operation: Operation, http: NonNullable<Operation["http"]>): RestRoute {
  const labels: string[] = [];
  const template = http.path.split("?")[0] ?? http.path;
  const source = template
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const label = /^\{([^}+]+)(\+?)\}$/.exec(part);
      if (!label?.[1]) return escapeRegExp(part);
      labels.push(label[1]);
      return label[2] ? "(.+)" : "([^/]+)";
    })
    .join("");
  return {
    operation,
    method: http.method,
    pattern: new RegExp(`^${source.replace(/\/$/, "")}/?$`),
    labels,
  };
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Finds the operation of a REST request. No path of the SDKs in use fits two templates of one service. */
export function restMatcher(
  operations: Iterable<Operation>,
): (method: string, path: string) => RestMatch | undefined {
  const routes = [...operations].flatMap((operation) =>
    operation.http ? [compileRoute(operation, operation.http)] : [],
  );
  return (method, path) => {
    for (const route of routes) {
      const found = route.method === method ? route.pattern.exec(path) : null;
      if (!found) continue;
      const labels = Object.fromEntries(
        route.labels.map((label, index) => [label, decodeLabel(found[index + 1] ?? "")]),
      );
      return { operation: route.operation, labels };
    }
    return undefined;
  };
}

/** Reads text of a path, a query or a header as the member's type. */
function fromText(schema: NormalizedSchema, text: string, member: string): unknown {
  if (schema.isBooleanSchema()) return text === "true";
  if (schema.isNumericSchema()) {
    const number = Number(text);
    if (Number.isNaN(number)) throw new ShapeError(member, "a number", text);
    return number;
  }
  if (schema.isTimestampSchema())
    return fromJson(schema, Number.isNaN(Number(text)) ? text : Number(text), member);
  return text;
}

function boundMember(
  schema: NormalizedSchema,
  member: string,
  request: WireRequest,
  match: RestMatch,
): unknown {
  const traits = schema.getMergedTraits();
  if (traits.httpLabel) return fromText(schema, match.labels[member] ?? "", member);
  if (traits.httpQuery) {
    if (schema.isListSchema()) {
      const all = request.query.getAll(traits.httpQuery);
      return all.length > 0 ? all.map((text) => fromText(schema.getValueSchema(), text, member)) : undefined;
    }
    const text = request.query.get(traits.httpQuery);
    return text === null ? undefined : fromText(schema, text, member);
  }
  if (traits.httpHeader) {
    const text = request.headers[traits.httpHeader.toLowerCase()];
    return text === undefined ? undefined : fromText(schema, text, member);
  }
  return undefined;
}

/** Puts an operation's input together from path, query, headers and body. */
export function readRestInput(match: RestMatch, request: WireRequest): Record<string, unknown> {
  const members = [...match.operation.input.structIterator()];
  const payload = members.find(([, schema]) => schema.getMergedTraits().httpPayload);
  const input: Record<string, unknown> = {};
  if (payload) {
    const [member, schema] = payload;
    input[member] = schema.isBlobSchema()
      ? new Uint8Array(request.body)
      : fromJson(schema, parseBody(request.body));
  } else {
    Object.assign(input, fromJson(match.operation.input, parseBody(request.body)));
  }
  for (const [member, schema] of members) {
    const traits = schema.getMergedTraits();
    if (!traits.httpLabel && !traits.httpQuery && !traits.httpHeader) continue;
    delete input[member];
    const value = boundMember(schema, member, request, match);
    if (value !== undefined) input[member] = value;
  }
  return input;
}

const JSON_HEADERS = { "content-type": "application/json" };

/** Where an output's members go. */
interface RestParts {
  headers: Record<string, string>;
  status: number;
  inBody: Record<string, unknown>;
  payload?: string | Uint8Array;
}

function placeMember(parts: RestParts, member: string, schema: NormalizedSchema, value: unknown): void {
  const traits = schema.getMergedTraits();
  if (traits.httpPayload) {
    parts.payload = value instanceof Uint8Array ? value : value ? JSON.stringify(toJson(schema, value)) : "";
  } else if (value === undefined || value === null) {
    return;
  } else if (traits.httpHeader) {
    parts.headers[traits.httpHeader.toLowerCase()] = String(value);
  } else if (traits.httpResponseCode) {
    parts.status = Number(value);
  } else {
    parts.inBody[member] = value;
  }
}

/** Writes an operation's output as headers, status and body. */
export function writeRestOutput(operation: Operation, output: Record<string, unknown>): WireResponse {
  const parts: RestParts = {
    headers: { ...JSON_HEADERS },
    status: operation.http?.status ?? 200,
    inBody: {},
  };
  for (const [member, schema] of operation.output.structIterator()) {
    placeMember(parts, member, schema, output[member]);
  }
  const body = parts.payload ?? JSON.stringify(toJson(operation.output, parts.inBody) ?? {});
  return { status: parts.status, headers: parts.headers, body: parts.status === 204 ? "" : body };
}

/** Writes an error as the REST-JSON services do: code in a header, message in the body. */
export function writeRestError(error: AwsError): WireResponse {
  return {
    status: error.status,
    headers: { ...JSON_HEADERS, "x-amzn-errortype": error.code },
    // Lambda spells the member `Message`; both are read by every SDK.
    body: JSON.stringify({ message: error.message, Message: error.message, ...error.fields }),
  };
}
