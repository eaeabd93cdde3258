import { errorsOf } from "../../wire/aws-error";

// Codes and statuses: Amazon CloudWatch API Reference, section "Errors" of each action, "Common Errors".
export const validation = errorsOf("ValidationError", 400);
/** Two parameters exclude each other. */
export const combination = errorsOf("InvalidParameterCombinationException", 400);
export const invalidToken = errorsOf("InvalidNextToken", 400);
/** There is no such alarm, as its tags are asked for. */
export const notFound = errorsOf("ResourceNotFoundException", 404);
