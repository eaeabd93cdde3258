import type { AwsError } from "./aws-error";
import type { WireResponse } from "./exchange";
import { fromJson, parseBody, toJson } from "./json-codec";
import type { Operation } from "./operations";
import type { Protocol } from "./service";

const contentType = (protocol: Protocol) => ({ "content-type": `application/x-amz-${protocol}` });

/** Reads the body of a JSON 1.0 or 1.1 request as an operation's input. */
export function readJsonInput(operation: Operation, body: Buffer): Record<string, unknown> {
  return fromJson(operation.input, parseBody(body)) as Record<string, unknown>;
}

/** Writes an operation's output as JSON. */
export function writeJsonOutput(
  protocol: Protocol,
  operation: Operation,
  output: Record<string, unknown>,
): WireResponse {
  const body = JSON.stringify(toJson(operation.output, output) ?? {});
  return { status: 200, headers: contentType(protocol), body };
}

/** Writes an error as the JSON protocols do; `queryCode` is its name in the older Query protocol. */
export function writeJsonError(
  protocol: Protocol,
  error: AwsError,
  queryCode: string | undefined,
): WireResponse {
  const type = error.status < 500 ? "Sender" : "Receiver";
  return {
    status: error.status,
    headers: { ...contentType(protocol), ...(queryCode && { "x-amzn-query-error": `${queryCode};${type}` }) },
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.fields }),
  };
}
