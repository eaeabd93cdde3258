import type * as sdk from "@aws-sdk/client-kms";
import type { Call } from "../../../wire/service";
import { checkEnabled, checkNotPending } from "../checks";
import type { KmsStore } from "../store";

const DAY_MS = 86_400_000;
/** Source: AWS KMS API Reference, "EnableKeyRotation", `RotationPeriodInDays`. */
const USUAL_DAYS = 365;

/** Has a key rotate by itself. (No material rotates here: nothing is encrypted.) */
export function enableKeyRotation(kms: KmsStore, request: sdk.EnableKeyRotationRequest, call: Call): void {
  const key = kms.key(request.KeyId);
  checkEnabled(key);
  key.rotation = { days: request.RotationPeriodInDays ?? USUAL_DAYS, since: call.date };
}

/** Has a key rotate no more. */
export function disableKeyRotation(kms: KmsStore, request: sdk.DisableKeyRotationRequest): void {
  const key = kms.key(request.KeyId);
  checkEnabled(key);
  key.rotation = undefined;
}

/** Tells whether and when a key rotates. */
export function getKeyRotationStatus(kms: KmsStore, request: sdk.GetKeyRotationStatusRequest) {
  const key = kms.key(request.KeyId);
  checkNotPending(key);
  const { rotation } = key;
  return {
    KeyId: key.id,
    KeyRotationEnabled: rotation !== undefined,
    ...(rotation && {
      RotationPeriodInDays: rotation.days,
      NextRotationDate: new Date(rotation.since.getTime() + rotation.days * DAY_MS),
    }),
  } satisfies sdk.GetKeyRotationStatusResponse;
}
