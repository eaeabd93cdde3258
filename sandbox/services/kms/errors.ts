import { errorsOf } from "../../wire/aws-error";

// Codes and statuses: AWS KMS API Reference, section "Errors" of each action.
export const validationException = errorsOf("ValidationException", 400);
export const notFound = errorsOf("NotFoundException", 400);
export const alreadyExists = errorsOf("AlreadyExistsException", 400);
export const invalidState = errorsOf("KMSInvalidStateException", 400);
export const disabled = errorsOf("DisabledException", 400);
/** The policy cannot be read, or would lock its writer out. */
export const malformedPolicy = errorsOf("MalformedPolicyDocumentException", 400);
/** The sandbox, or AWS for such a key, does not do that. */
export const unsupported = errorsOf("UnsupportedOperationException", 400);
export const invalidAliasName = errorsOf("InvalidAliasNameException", 400);
export const tagError = errorsOf("TagException", 400);
export const invalidMarker = errorsOf("InvalidMarkerException", 400);
