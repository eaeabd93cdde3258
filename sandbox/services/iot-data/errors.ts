import { AwsError, errorsOf } from "../../wire/aws-error";
import type { ShadowError, ShadowErrorCode } from "./shadow-error";

// Codes and statuses: AWS IoT API Reference, "AWS IoT Data", section "Errors" of each action.
export const invalidRequest = errorsOf("InvalidRequestException", 400);
export const notFound = errorsOf("ResourceNotFoundException", 404);
export const tooLarge = errorsOf("RequestEntityTooLargeException", 413);

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
