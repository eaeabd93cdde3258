import { isObject, type JsonObject } from "../../../lib/json";
import { AwsError } from "../../wire/aws-error";

/**
 * A refusal of what a caller gave. Shape names; the router writes the code of the Query protocol.
 * Source: Amazon SNS API Reference, each action's "Errors".
 */
export const invalidParameter = (message: string) =>
  new AwsError("InvalidParameterException", 400, `Invalid parameter: ${message}`);

/** The error for a topic or a subscription that is not there. */
export const notFound = (what: "Topic" | "Subscription") =>
  new AwsError("NotFoundException", 404, `${what} does not exist`);

/** Refuses what is no ARN, in the words that public reports quote. */
export function checkArn(name: string, arn: string): void {
  const { length } = arn.split(":");
  if (length < 6)
    throw invalidParameter(`${name} Reason: An ARN must have at least 6 elements, not ${length}`);
}

/** Reads a JSON object that a caller gave as text. */
export function parseObject(name: string, text: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw invalidParameter(`${name}: failed to parse JSON. ${(error as Error).message}`);
  }
  if (isObject(parsed)) return parsed;
  throw invalidParameter(`${name}: must be a JSON object`);
}

/** Tags that break AWS's rules. */
export const invalidTags = (fault: string) => invalidParameter(`Tags Reason: ${fault}`);
