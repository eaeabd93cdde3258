import { errorsOf } from "../../wire/aws-error";

/** The request is one that DynamoDB does not take. */
export const validation = errorsOf("ValidationException", 400);
