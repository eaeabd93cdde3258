import { MalformedPolicyError } from "../../../lib/policy-language/document";
import { parsePolicy } from "../../../lib/policy-language/iam/document";
import type { Constraints } from "../../wire/constraints";
import { pageOf } from "../../wire/pagination";
import type { Call } from "../../wire/service";
import { principalOf } from "../iam/principal-of";
import { disabled, invalidMarker, invalidState, malformedPolicy } from "./errors";
import type { Key, KmsStore } from "./store";

// Patterns and limits: AWS KMS API Reference, the members of each action. (The reference's model lets
// PendingWindowInDays be 1 to 365, its text 7 to 30; the text is followed.)
const KEY_ID = { min: 1, max: 2048 };

/** What KMS demands of the members of its inputs. */
export const KMS_CONSTRAINTS: Constraints = {
  KeyId: KEY_ID,
  TargetKeyId: KEY_ID,
  AliasName: { pattern: "^[a-zA-Z0-9:/_-]+$", min: 1, max: 256 },
  Description: { max: 8192 },
  Policy: { pattern: "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", min: 1, max: 131_072 },
  PolicyName: { pattern: "[\\w]+", min: 1, max: 128 },
  PendingWindowInDays: { min: 7, max: 30 },
  RotationPeriodInDays: { min: 90, max: 2560 },
  Limit: { min: 1, max: 1000 },
};

/** The longest key policy, bytes. Source: AWS KMS Developer Guide, "Creating a key policy". */
const MAX_POLICY_BYTES = 32_768;

/**
 * Refuses a key policy that cannot be read, or with which its writer could not write the next one.
 *
 * Source: AWS KMS API Reference, "CreateKey", `Policy` and `BypassPolicyLockoutSafetyCheck`.
 *
 * @throws AwsError MalformedPolicyDocumentException 400
 */
export function checkKeyPolicy(kms: KmsStore, key: Key, policy: string, call: Call, bypass = false): void {
  try {
    parsePolicy(policy, "resource");
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw malformedPolicy(error.message);
  }
  if (Buffer.byteLength(policy) > MAX_POLICY_BYTES) {
    throw malformedPolicy(`A key policy can have at most ${MAX_POLICY_BYTES} bytes.`);
  }
  if (bypass || kms.allows(key, principalOf(call.caller, kms.env), "kms:PutKeyPolicy", policy)) return;
  throw malformedPolicy("The new key policy will not allow you to update the key policy in the future.");
}

/** Refuses a key that waits for its deletion; 400. */
export function checkNotPending(key: Key): void {
  if (key.deletion) throw invalidState(`${key.arn} is pending deletion.`);
}

/** Refuses a key that is disabled or waits for its deletion; 400. */
export function checkEnabled(key: Key): void {
  checkNotPending(key);
  if (!key.enabled) throw disabled(`${key.arn} is disabled.`);
}

/** Cuts one of KMS's listings into pages. Source: API Reference, `Limit`. */
export function kmsPage<T>(
  all: readonly T[],
  request: { readonly Limit?: number | undefined; readonly Marker?: string | undefined },
  usual: number,
) {
  const { items, nextToken } = pageOf(all, {
    size: request.Limit ?? usual,
    member: "Limit",
    token: request.Marker,
    largest: 1000,
    invalid: invalidMarker,
  });
  return { items, rest: { Truncated: nextToken !== undefined, NextMarker: nextToken } };
}
