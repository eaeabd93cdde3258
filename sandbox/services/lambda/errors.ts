import { AwsError, errorsOf } from "../../wire/aws-error";

/** A parameter that Lambda does not take. Source: AWS Lambda API Reference, each action's "Errors". */
export const invalidParameterValue = (message: string) =>
  new AwsError("InvalidParameterValueException", 400, message, { Type: "User" });

/** An input that breaks a constraint of its shape. */
export const invalidInput = errorsOf("ValidationException", 400);

/** Something that is not there. */
export const resourceNotFound = (message: string) =>
  new AwsError("ResourceNotFoundException", 404, message, { Type: "User" });

/** Something that is there already. */
export const resourceConflict = (message: string) =>
  new AwsError("ResourceConflictException", 409, message, { Type: "User" });

/** A call that no policy lets the user make. */
export const accessDenied = (user: string, action: string, arn: string) =>
  new AwsError(
    "AccessDeniedException",
    403,
    `User: ${user} is not authorized to perform: ${action} on resource: ${arn} because no identity-based policy allows the ${action} action`,
  );

/** An invocation beyond the function's reserved concurrency. */
export const throttled = () =>
  new AwsError("TooManyRequestsException", 429, "Rate Exceeded.", {
    Type: "User",
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
  });

/** An invocation of a sandbox that is closed or being reset. */
export const closed = () =>
  new AwsError("ServiceException", 500, "The sandbox is closed or being reset.", { Type: "Service" });
