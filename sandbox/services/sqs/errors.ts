import { AwsError } from "../../wire/aws-error";

/**
 * An error of SQS, by the name of its shape; the router adds the older Query code.
 * Source: Amazon SQS API Reference, each action's "Errors".
 */
export const sqsError = (code: string, message: string, status = 400) => new AwsError(code, status, message);

/** A parameter outside what SQS takes. */
export const invalidParameter = (name: string, value: unknown, reason: string) =>
  sqsError("InvalidParameterValue", `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);

/** Refuses a whole number outside its range; returns the number. */
export function inRange(name: string, value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw invalidParameter(name, value, `Must be between ${low} and ${high}, if provided.`);
}
