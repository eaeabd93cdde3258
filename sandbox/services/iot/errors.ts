import { AwsError } from "../../wire/aws-error";

// Codes and statuses: AWS IoT API Reference, section "Errors" of each action.

/** The request breaks a rule; 400. */
export const invalidRequest = (message: string) => new AwsError("InvalidRequestException", 400, message);

/** What is named does not exist; 404. */
export const notFound = (message: string) => new AwsError("ResourceNotFoundException", 404, message);

/** Something else has that name; 409, with the id and ARN of what is there. */
export const alreadyExists = (message: string, resourceId: string, resourceArn: string) =>
  new AwsError("ResourceAlreadyExistsException", 409, message, { resourceId, resourceArn });

/** A task of that id or token was started before; 400. */
export const taskAlreadyExists = (message: string) =>
  new AwsError("TaskAlreadyExistsException", 400, message);

/** The expected version is not the current one; 409. */
export const versionConflict = (message: string) => new AwsError("VersionConflictException", 409, message);

/** Something still depends on what should be deleted; 409. */
export const deleteConflict = (message: string) => new AwsError("DeleteConflictException", 409, message);

/** A quota would be passed; 410. */
export const limitExceeded = (message: string) => new AwsError("LimitExceededException", 410, message);
