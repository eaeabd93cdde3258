import type { InvocationRequest, InvocationResponse } from "@aws-sdk/client-lambda";
import { AwsError } from "../../../wire/aws-error";
import type { Call } from "../../../wire/service";
import { principalName, principalOf } from "../../iam/principal-of";
import { accessDenied } from "../errors";
import type { InvocationResult } from "../runner/outcome";
import type { LambdaStore } from "../store";

/** Largest events, bytes. Source: AWS Lambda API Reference, "Invoke". */
const MAX_SYNCHRONOUS_BYTES = 6_291_456;
const MAX_ASYNCHRONOUS_BYTES = 1_048_576;
/** How much of the log an answer carries, bytes. Source: as above, response header `X-Amz-Log-Result`. */
const LOG_TAIL_BYTES = 4096;

function readPayload(payload: Uint8Array | undefined, limit: number): string {
  const bytes = Buffer.from(payload ?? []);
  if (bytes.length > limit) {
    const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
    throw new AwsError("RequestTooLargeException", 413, message, { Type: "User" });
  }
  const text = bytes.length === 0 ? "{}" : bytes.toString("utf8");
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new AwsError(
      "InvalidRequestContentException",
      400,
      `Could not parse request body into json: ${(error as Error).message}`,
      { Type: "User" },
    );
  }
}

function render(result: InvocationResult, withLog: boolean): InvocationResponse {
  const tail = Buffer.from(result.logLines.map((line) => `${line}\n`).join("")).subarray(-LOG_TAIL_BYTES);
  return {
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    Payload: Buffer.from(result.payload) as InvocationResponse["Payload"],
    ...(result.functionError !== undefined && { FunctionError: result.functionError }),
    ...(withLog && { LogResult: tail.toString("base64") }),
  };
}

/** Invoke: waits for the answer, hands the event over, or only asks whether the caller may. */
export async function invoke(
  lambda: LambdaStore,
  input: InvocationRequest,
  call: Call,
): Promise<InvocationResponse> {
  const lambdaFunction = lambda.functions.get(input.FunctionName, input.Qualifier);
  const principal = principalOf(call.caller, lambda.env);
  const action = "lambda:InvokeFunction";
  if (!lambda.allows(lambdaFunction, action, principal)) {
    throw accessDenied(principalName(principal, lambda.env), action, lambdaFunction.arn);
  }
  if (input.InvocationType === "DryRun") return { StatusCode: 204 };
  const isEvent = input.InvocationType === "Event";
  const payload = readPayload(input.Payload, isEvent ? MAX_ASYNCHRONOUS_BYTES : MAX_SYNCHRONOUS_BYTES);
  if (isEvent) {
    lambda.enqueue(lambdaFunction, call.requestId, payload);
    return { StatusCode: 202 };
  }
  return render(await lambda.invoke(lambdaFunction, call.requestId, payload), input.LogType === "Tail");
}
