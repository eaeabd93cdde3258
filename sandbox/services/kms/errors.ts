import { AwsError } from "../../wire/aws-error";

// Codes and statuses: AWS KMS API Reference, section "Errors" of each action.

/** The request breaks a constraint; 400. */
export const validationException = (message: string) => new AwsError("ValidationException", 400, message);

/** What is named does not exist; 400. */
export const notFound = (message: string) => new AwsError("NotFoundException", 400, message);

/** Something else has that name; 400. */
export const alreadyExists = (message: string) => new AwsError("AlreadyExistsException", 400, message);

/** The key is not in a state that allows the call; 400. */
export const invalidState = (message: string) => new AwsError("KMSInvalidStateException", 400, message);

/** The key is disabled; 400. */
export const disabled = (message: string) => new AwsError("DisabledException", 400, message);

/** The policy cannot be read, or would lock its writer out; 400. */
export const malformedPolicy = (message: string) =>
  new AwsError("MalformedPolicyDocumentException", 400, message);

/** The sandbox, or AWS for such a key, does not do that; 400. */
export const unsupported = (message: string) => new AwsError("UnsupportedOperationException", 400, message);

/** The alias has a name that none can have; 400. */
export const invalidAliasName = (message: string) => new AwsError("InvalidAliasNameException", 400, message);

/** The tags break the rules of tags; 400. */
export const tagError = (message: string) => new AwsError("TagException", 400, message);

/** The marker is none that a listing handed out; 400. */
export const invalidMarker = (message: string) => new AwsError("InvalidMarkerException", 400, message);
