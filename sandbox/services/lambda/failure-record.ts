import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { InvocationResult } from "./runner/outcome";

/** Why an asynchronous event is done with. */
export type EndCondition = "Success" | "RetriesExhausted" | "EventAgeExceeded";

/** An asynchronous event that is done with. */
export interface EndedEvent {
  readonly requestId: string;
  /** ARN of the function, without a version. */
  readonly functionArn: string;
  readonly payload: string;
  readonly condition: EndCondition;
  /** How often the function was invoked with it. */
  readonly attempts: number;
  /** Of the last attempt; undefined when the function never ran. */
  readonly result: InvocationResult | undefined;
  /** Virtual time. */
  readonly endedAt: Date;
}

/**
 * The record that a destination gets, JSON.
 *
 * Source: AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations", the example of
 * an invocation record. What stands there for an event that never ran is assumed: no response.
 */
export function destinationRecord(event: EndedEvent): string {
  const { result } = event;
  return JSON.stringify({
    version: "1.0",
    timestamp: event.endedAt.toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${event.functionArn}:$LATEST`,
      condition: event.condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: JSON.parse(event.payload),
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        ...(result.functionError !== undefined && { functionError: result.functionError }),
      },
      responsePayload: JSON.parse(result.payload),
    }),
  });
}

const text = (value: string): MessageAttributeValue => ({ DataType: "String", StringValue: value });

/**
 * The attributes of a message in a function's dead-letter queue; its body is the event as it was.
 *
 * Source: AWS Lambda Developer Guide, "Adding a dead-letter queue", "Dead-letter queue message attributes":
 * the message is cut at 1 KB. The code of an event that never ran (429) is assumed.
 */
export function deadLetterAttributes(event: EndedEvent): Record<string, MessageAttributeValue> {
  const { errorMessage = "" } = JSON.parse(event.result?.payload ?? "{}") as { errorMessage?: string };
  const message = errorMessage === "" ? event.condition : errorMessage;
  return {
    RequestID: text(event.requestId),
    ErrorCode: { DataType: "Number", StringValue: event.result ? "200" : "429" },
    ErrorMessage: text(Buffer.from(message).subarray(0, 1024).toString("utf8")),
  };
}
