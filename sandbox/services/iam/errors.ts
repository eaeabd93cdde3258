import { AwsError } from "../../wire/aws-error";

// Codes and statuses: IAM API Reference, section "Errors" of each action. (On the wire the Query protocol
// has them without "Exception".)

/** The request breaks a rule; 400. */
export const validationError = (message: string) => new AwsError("ValidationError", 400, message);

/** The request contradicts itself or what is there; 400. */
export const invalidInput = (message: string) => new AwsError("InvalidInputException", 400, message);

/** What is named does not exist; 404. */
export const noSuchEntity = (message: string) => new AwsError("NoSuchEntityException", 404, message);

/** Something else has that name; 409. */
export const alreadyExists = (message: string) => new AwsError("EntityAlreadyExistsException", 409, message);

/** Something still depends on what should be deleted; 409. */
export const deleteConflict = (message: string) => new AwsError("DeleteConflictException", 409, message);

/** A quota would be passed; 409. */
export const limitExceeded = (message: string) => new AwsError("LimitExceededException", 409, message);

/** The policy cannot be read; 400. */
export const malformedPolicy = (message: string) =>
  new AwsError("MalformedPolicyDocumentException", 400, message);
