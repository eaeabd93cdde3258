import { AwsError } from "../../wire/aws-error";

// Codes and statuses: EventBridge Scheduler API Reference, section "Errors" of each action. The wording is assumed, but for
// that of a role, which hashicorp/terraform-provider-aws waits for.

/** The request breaks a rule; 400. */
export const validation = (message: string) => new AwsError("ValidationException", 400, message);

/** What is named does not exist; 404. */
export const notFound = (message: string) => new AwsError("ResourceNotFoundException", 404, message);

/** There is a schedule of that name; 409. */
export const conflict = (message: string) => new AwsError("ConflictException", 409, message);
