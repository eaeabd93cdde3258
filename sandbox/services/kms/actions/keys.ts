import { randomBytes, randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-kms";
import { regionalArn, rootArn } from "../../../../lib/aws/arns";
import type { Call } from "../../../wire/service";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { checkKeyPolicy, checkNotPending, kmsPage } from "../checks";
import { invalidState, tagError, unsupported } from "../errors";
import type { Key, KmsStore } from "../store";

const DAY_MS = 86_400_000;

/** The one value of each choice that the sandbox has keys for. */
const ONLY = {
  KeySpec: "SYMMETRIC_DEFAULT",
  CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
  KeyUsage: "ENCRYPT_DECRYPT",
  Origin: "AWS_KMS",
} as const;

/** Source: AWS KMS Developer Guide, "Default key policy" (keys created programmatically). */
const defaultPolicy = ({ env }: KmsStore) =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: rootArn(env) },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });

const stateOf = (key: Key) => (key.deletion ? "PendingDeletion" : key.enabled ? "Enabled" : "Disabled");

function metadataOf(kms: KmsStore, key: Key) {
  return {
    AWSAccountId: kms.env.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.creationDate,
    Enabled: stateOf(key) === "Enabled",
    Description: key.description,
    ...ONLY,
    KeyState: stateOf(key),
    ...(key.deletion && { DeletionDate: key.deletion.date }),
    KeyManager: "CUSTOMER",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: key.multiRegion,
    ...(key.multiRegion && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: "PRIMARY",
        PrimaryKey: { Arn: key.arn, Region: kms.env.region },
        ReplicaKeys: [],
      },
    }),
  } satisfies sdk.KeyMetadata;
}

/** Makes a key; its policy lets the account's policies decide unless another is given. */
export function createKey(kms: KmsStore, request: sdk.CreateKeyRequest, call: Call) {
  for (const [choice, only] of Object.entries(ONLY)) {
    const wanted = request[choice as keyof typeof ONLY] ?? only;
    if (wanted !== only)
      throw unsupported(`The sandbox has keys with ${choice} ${only} only, not ${wanted}.`);
  }
  const multiRegion = request.MultiRegion ?? false;
  const id = multiRegion ? `mrk-${randomBytes(16).toString("hex")}` : randomUUID();
  const key: Key = {
    id,
    arn: regionalArn(kms.env, "kms", `key/${id}`),
    creationDate: call.date,
    multiRegion,
    description: request.Description ?? "",
    policy: request.Policy ?? defaultPolicy(kms),
    enabled: true,
    tags: mergeTags(new Map(), tagPairs(request.Tags), tagError),
  };
  checkKeyPolicy(kms, key, key.policy, call, request.BypassPolicyLockoutSafetyCheck);
  kms.keys.set(id, key);
  return { KeyMetadata: metadataOf(kms, key) } satisfies sdk.CreateKeyResponse;
}

/** Shows a key, named by id, ARN or alias. */
export function describeKey(kms: KmsStore, request: sdk.DescribeKeyRequest) {
  return { KeyMetadata: metadataOf(kms, kms.keyOrAlias(request.KeyId)) } satisfies sdk.DescribeKeyResponse;
}

/** Lists the keys. */
export function listKeys(kms: KmsStore, request: sdk.ListKeysRequest) {
  const keys = [...kms.keys.values()].map(({ id, arn }) => ({ KeyId: id, KeyArn: arn }));
  const { items, rest } = kmsPage(keys, request, 100);
  return { Keys: items, ...rest } satisfies sdk.ListKeysResponse;
}

/** Sets a key's description. */
export function updateKeyDescription(kms: KmsStore, request: sdk.UpdateKeyDescriptionRequest): void {
  const key = kms.key(request.KeyId);
  checkNotPending(key);
  key.description = request.Description ?? "";
}

/** Lets a key be used again. */
export function enableKey(kms: KmsStore, request: sdk.EnableKeyRequest): void {
  const key = kms.key(request.KeyId);
  checkNotPending(key);
  key.enabled = true;
}

/** Lets a key be used no more. */
export function disableKey(kms: KmsStore, request: sdk.DisableKeyRequest): void {
  const key = kms.key(request.KeyId);
  checkNotPending(key);
  key.enabled = false;
}

/** Deletes a key, with its aliases, after a wait of virtual time; it cannot be used meanwhile. */
export function scheduleKeyDeletion(kms: KmsStore, request: sdk.ScheduleKeyDeletionRequest, call: Call) {
  const key = kms.key(request.KeyId);
  checkNotPending(key);
  const days = request.PendingWindowInDays ?? 30;
  const date = new Date(call.date.getTime() + days * DAY_MS);
  const cancel = kms.env.clock.schedule(date.getTime(), () => {
    kms.keys.delete(key.id);
    for (const alias of [...kms.aliases.values()]) {
      if (alias.targetKeyId === key.id) kms.aliases.delete(alias.name);
    }
  });
  key.deletion = { date, days, cancel };
  return {
    KeyId: key.arn,
    DeletionDate: date,
    KeyState: stateOf(key),
    PendingWindowInDays: days,
  } satisfies sdk.ScheduleKeyDeletionResponse;
}

/** Keeps a key that was to be deleted; it is disabled then. */
export function cancelKeyDeletion(kms: KmsStore, request: sdk.CancelKeyDeletionRequest) {
  const key = kms.key(request.KeyId);
  if (!key.deletion) throw invalidState(`${key.arn} is not pending deletion.`);
  key.deletion.cancel();
  key.deletion = undefined;
  key.enabled = false;
  return { KeyId: key.arn } satisfies sdk.CancelKeyDeletionResponse;
}
