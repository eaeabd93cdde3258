import { AwsError, errorsOf } from "../../wire/aws-error";

// Codes and statuses: AWS IoT API Reference, section "Errors" of each action.
export const invalidRequest = errorsOf("InvalidRequestException", 400);
export const taskAlreadyExists = errorsOf("TaskAlreadyExistsException", 400);
export const notFound = errorsOf("ResourceNotFoundException", 404);
export const versionConflict = errorsOf("VersionConflictException", 409);
export const deleteConflict = errorsOf("DeleteConflictException", 409);
export const limitExceeded = errorsOf("LimitExceededException", 410);

/** Something else has that name; 409, with the id and ARN of what is there. */
export const alreadyExists = (message: string, resourceId: string, resourceArn: string) =>
  new AwsError("ResourceAlreadyExistsException", 409, message, { resourceId, resourceArn });

/** What was found. @throws AwsError - nothing was: `ResourceNotFoundException`. */
export function existing<T>(found: T | undefined, what: string): T {
  if (!found) throw notFound(`${what} does not exist`);
  return found;
}
