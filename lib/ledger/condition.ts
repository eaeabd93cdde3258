import { isNamed } from "../aws/errors";

/**
 * Whether a write's condition held. Source: Amazon DynamoDB API Reference, "UpdateItem", "PutItem" (errors).
 *
 * @throws what the write rejects with for any other reason
 */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isNamed(error, "ConditionalCheckFailedException")) return false;
    throw error;
  }
}
