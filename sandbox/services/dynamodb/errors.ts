import { AwsError } from "../../wire/aws-error";

/** The request is one that DynamoDB does not take; 400. */
export const validation = (message: string) => new AwsError("ValidationException", 400, message);
