import { AwsError } from "../../wire/aws-error";

// Codes and statuses: Amazon CloudWatch API Reference, section "Errors" of each action, "Common Errors".

/** The request breaks a rule; 400. */
export const validation = (message: string) => new AwsError("ValidationError", 400, message);

/** Two parameters exclude each other; 400. */
export const combination = (message: string) =>
  new AwsError("InvalidParameterCombinationException", 400, message);

/** A token that was never handed out; 400. */
export const invalidToken = (message: string) => new AwsError("InvalidNextToken", 400, message);

/** There is no such alarm; 404, as its tags are asked for. */
export const notFound = (message: string) => new AwsError("ResourceNotFoundException", 404, message);
