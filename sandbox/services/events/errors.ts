import { errorsOf } from "../../wire/aws-error";

/** The request breaks a rule. Source: Amazon EventBridge API Reference, "Common Errors". */
export const validation = errorsOf("ValidationException", 400);
