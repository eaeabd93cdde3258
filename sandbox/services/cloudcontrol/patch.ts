import { applyPatch, type Operation } from "fast-json-patch";
import {
  CREATE_ONLY,
  READ_ONLY,
  type SecurityProfileModel,
} from "../../../lib/cloudformation/security-profile-model";
import { AwsError } from "../../wire/aws-error";
import { validation } from "./errors";

/** Whether something is at least an operation with its paths; the library checks the rest. */
function isOperation(value: unknown): value is Operation {
  if (typeof value !== "object" || value === null) return false;
  const { op, path, from } = value as Record<string, unknown>;
  return typeof path === "string" && (typeof from === "string" || (op !== "move" && op !== "copy"));
}

function parsePatch(document: string): Operation[] {
  try {
    const operations: unknown = JSON.parse(document);
    if (Array.isArray(operations) && operations.every(isOperation)) return operations;
  } catch {
    // Answered below, as what is not a list.
  }
  throw validation("Invalid patch document: it must be a JSON list of patch operations");
}

/** The properties of a list that an operation writes. */
function written(operations: readonly Operation[], properties: readonly string[]): string {
  const paths = operations.flatMap((operation) => {
    if (operation.op === "test") return [];
    return operation.op === "move" ? [operation.path, operation.from] : [operation.path];
  });
  const touched = properties.filter((property) =>
    paths.some((path) => path === "" || path === `/${property}` || path.startsWith(`/${property}/`)),
  );
  return touched.map((property) => `/properties/${property}`).join(", ");
}

/**
 * Applies an RFC 6902 patch to a resource's current properties.
 *
 * Source: Cloud Control API User Guide, "Composing the patch document"; wording and codes of the refusals: the
 * API's answers in public reports.
 *
 * @throws AwsError if it is no patch, does not fit the properties, or writes what cannot be written.
 */
export function patched(current: SecurityProfileModel, document: string): SecurityProfileModel {
  const operations = parsePatch(document);
  const readOnly = written(operations, READ_ONLY);
  if (readOnly) throw validation(`Invalid patch update: readOnlyProperties [${readOnly}] cannot be updated`);
  const createOnly = written(operations, CREATE_ONLY);
  if (createOnly) {
    const message = `Invalid patch update: createOnlyProperties [${createOnly}] cannot be updated`;
    throw new AwsError("NotUpdatableException", 400, message);
  }
  try {
    return applyPatch(structuredClone(current), operations, true).newDocument;
  } catch (error) {
    // The first line names the fault; the rest repeats the document.
    throw validation(`Invalid patch update: ${(error as Error).message.split("\n")[0]}`);
  }
}
