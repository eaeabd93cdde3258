import { errorsOf } from "../../wire/aws-error";

// Codes and statuses: IAM API Reference, section "Errors" of each action. (On the wire the Query protocol
// has them without "Exception".)
export const validationError = errorsOf("ValidationError", 400);
export const invalidInput = errorsOf("InvalidInputException", 400);
export const malformedPolicy = errorsOf("MalformedPolicyDocumentException", 400);
export const noSuchEntity = errorsOf("NoSuchEntityException", 404);
export const alreadyExists = errorsOf("EntityAlreadyExistsException", 409);
export const deleteConflict = errorsOf("DeleteConflictException", 409);
export const limitExceeded = errorsOf("LimitExceededException", 409);
