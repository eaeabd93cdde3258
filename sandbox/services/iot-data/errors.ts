import { AwsError } from "../../wire/aws-error";
import type { ShadowError, ShadowErrorCode } from "./shadow-error";

// Codes and statuses: AWS IoT API Reference, "AWS IoT Data", section "Errors" of each action.

/** The request breaks a rule; 400. */
export const invalidRequest = (message: string) => new AwsError("InvalidRequestException", 400, message);

/** What is named does not exist; 404. */
export const notFound = (message: string) => new AwsError("ResourceNotFoundException", 404, message);

/** The payload is too large; 413. */
export const tooLarge = (message: string) => new AwsError("RequestEntityTooLargeException", 413, message);

const SHADOW_CODES: Readonly<Record<ShadowErrorCode, string>> = {
  400: "InvalidRequestException",
  404: "ResourceNotFoundException",
  409: "ConflictException",
  413: "RequestEntityTooLargeException",
  415: "UnsupportedDocumentEncodingException",
};

/** What the HTTPS interface answers for a rejected shadow request. */
export const fromShadowError = ({ code, message }: ShadowError) =>
  new AwsError(SHADOW_CODES[code], code, message);
