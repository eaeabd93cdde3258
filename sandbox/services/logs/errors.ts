import { AwsError } from "../../wire/aws-error";

// Codes and statuses: Amazon CloudWatch Logs API Reference, section "Errors" of each action.

/** The request breaks a rule; 400. */
export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", 400, message);

/** What is named does not exist; 400. */
export const notFound = (message: string) => new AwsError("ResourceNotFoundException", 400, message);

/** Something else has that name; 400. */
export const alreadyExists = (message: string) =>
  new AwsError("ResourceAlreadyExistsException", 400, message);

/** The resource would have too many tags; 400. */
const tooManyTags = (message: string) => new AwsError("TooManyTagsException", 400, message);

/** Tags that break AWS's rules. */
export const tagError = (message: string) =>
  message.includes("at most 50 tags") ? tooManyTags(message) : invalidParameter(message);
