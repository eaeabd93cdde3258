import { errorsOf } from "../../wire/aws-error";

// Codes and statuses: Amazon CloudWatch Logs API Reference, section "Errors" of each action.
export const invalidParameter = errorsOf("InvalidParameterException", 400);
export const notFound = errorsOf("ResourceNotFoundException", 400);
export const alreadyExists = errorsOf("ResourceAlreadyExistsException", 400);
const tooManyTags = errorsOf("TooManyTagsException", 400);

/** Tags that break AWS's rules. */
export const tagError = (message: string) =>
  message.includes("at most 50 tags") ? tooManyTags(message) : invalidParameter(message);
