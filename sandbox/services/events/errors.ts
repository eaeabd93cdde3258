import { AwsError } from "../../wire/aws-error";

/** The request breaks a rule; 400. Source: Amazon EventBridge API Reference, "Common Errors". */
export const validation = (message: string) => new AwsError("ValidationException", 400, message);
