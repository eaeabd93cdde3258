import { errorsOf } from "../../wire/aws-error";

// Codes and statuses: EventBridge Scheduler API Reference, section "Errors" of each action. The wording is assumed, but for
// that of a role, which hashicorp/terraform-provider-aws waits for.
export const validation = errorsOf("ValidationException", 400);
export const notFound = errorsOf("ResourceNotFoundException", 404);
export const conflict = errorsOf("ConflictException", 409);
