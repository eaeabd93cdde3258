import type { HandlerErrorCode } from "@aws-sdk/client-cloudcontrol";
import { AwsError, errorsOf } from "../../wire/aws-error";

/** The request breaks a rule; this code stands in no API Reference, but it is what AWS answers. */
export const validation = errorsOf("ValidationException", 400);

/** IoT's errors as handlers report them. Source: AWS's published handler of `AWS::IoT::SecurityProfile`. */
const HANDLER_CODES: Readonly<Record<string, HandlerErrorCode>> = {
  ResourceAlreadyExistsException: "AlreadyExists",
  InvalidRequestException: "InvalidRequest",
  LimitExceededException: "ServiceLimitExceeded",
  UnauthorizedException: "AccessDenied",
  ThrottlingException: "Throttling",
  ResourceNotFoundException: "NotFound",
};

/** How a handler failed. */
export interface HandlerFailure {
  readonly code: HandlerErrorCode;
  readonly message: string;
}

/** What a handler reports of an error that a service answered; anything else is the handler's own fault. */
export function handlerFailure(error: unknown, typeName: string, identifier: string): HandlerFailure {
  const message = error instanceof Error ? error.message : String(error);
  const code = (error instanceof AwsError && HANDLER_CODES[error.code]) || "InternalFailure";
  // The framework's own sentence (AWS CLI Command Reference, "get-resource-request-status").
  return code === "AlreadyExists"
    ? { code, message: `Resource of type '${typeName}' with identifier '${identifier}' already exists.` }
    : { code, message };
}

/** Codes that a synchronous read answers for a handler's. */
const READ_CODES: Partial<Record<HandlerErrorCode, string>> = {
  NotFound: "ResourceNotFoundException",
  InvalidRequest: "InvalidRequestException",
};

/** What a read answers when the handler fails. Source: the Cloud Control API's answers in public reports. */
export function readFailure(
  error: unknown,
  typeName: string,
  identifier: string,
  requestId: string,
): AwsError {
  const { code, message } = handlerFailure(error, typeName, identifier);
  return new AwsError(
    READ_CODES[code] ?? "HandlerInternalFailureException",
    READ_CODES[code] ? 400 : 502,
    `${typeName} Handler returned status FAILED: ${message} (HandlerErrorCode: ${code}, RequestToken: ${requestId})`,
  );
}
