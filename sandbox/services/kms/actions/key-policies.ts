import type * as sdk from "@aws-sdk/client-kms";
import type { Call } from "../../../wire/service";
import { checkKeyPolicy, checkNotPending, kmsPage } from "../checks";
import { notFound } from "../errors";
import type { Key, KmsStore } from "../store";

/** A key has one policy, and it has this name. Source: AWS KMS API Reference, "GetKeyPolicy". */
const ONLY_POLICY = "default";

function keyWithPolicy(kms: KmsStore, request: sdk.GetKeyPolicyRequest): Key {
  const key = kms.key(request.KeyId);
  const { PolicyName: name = ONLY_POLICY } = request;
  if (name !== ONLY_POLICY) throw notFound(`No such policy exists: ${name}`);
  return key;
}

/** Shows a key's policy. */
export function getKeyPolicy(kms: KmsStore, request: sdk.GetKeyPolicyRequest) {
  const { policy } = keyWithPolicy(kms, request);
  return { Policy: policy, PolicyName: ONLY_POLICY } satisfies sdk.GetKeyPolicyResponse;
}

/** Replaces a key's policy. */
export function putKeyPolicy(kms: KmsStore, request: sdk.PutKeyPolicyRequest, call: Call): void {
  const key = keyWithPolicy(kms, request);
  checkNotPending(key);
  checkKeyPolicy(kms, key, request.Policy ?? "", call, request.BypassPolicyLockoutSafetyCheck);
  key.policy = request.Policy ?? "";
}

/** Lists the names of a key's policies: the one. */
export function listKeyPolicies(kms: KmsStore, request: sdk.ListKeyPoliciesRequest) {
  kms.key(request.KeyId);
  const { items, rest } = kmsPage([ONLY_POLICY], request, 100);
  return { PolicyNames: items, ...rest } satisfies sdk.ListKeyPoliciesResponse;
}
