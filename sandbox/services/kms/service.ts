import * as sdk from "@aws-sdk/client-kms";
import { constrained } from "../../wire/constraints";
import type { Call, Service } from "../../wire/service";
import { createAlias, deleteAlias, listAliases, updateAlias } from "./actions/aliases";
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from "./actions/key-policies";
import {
  cancelKeyDeletion,
  createKey,
  describeKey,
  disableKey,
  enableKey,
  listKeys,
  scheduleKeyDeletion,
  updateKeyDescription,
} from "./actions/keys";
import { disableKeyRotation, enableKeyRotation, getKeyRotationStatus } from "./actions/rotation";
import { listResourceTags, tagResource, untagResource } from "./actions/tags";
import { KMS_CONSTRAINTS } from "./checks";
import { validationException } from "./errors";
import type { Kms } from "./kms";

/** AWS Key Management Service: symmetric keys, their policies, states and aliases; it encrypts nothing. */
export function kmsService(kms: Kms): Service {
  const on =
    <I>(action: (kms: Kms, input: I, call: Call) => unknown) =>
    (input: I, call: Call) =>
      action(kms, input, call);
  const actions = {
    CreateKey: on(createKey),
    DescribeKey: on(describeKey),
    ListKeys: on(listKeys),
    UpdateKeyDescription: on(updateKeyDescription),
    EnableKey: on(enableKey),
    DisableKey: on(disableKey),
    ScheduleKeyDeletion: on(scheduleKeyDeletion),
    CancelKeyDeletion: on(cancelKeyDeletion),
    GetKeyPolicy: on(getKeyPolicy),
    PutKeyPolicy: on(putKeyPolicy),
    ListKeyPolicies: on(listKeyPolicies),
    EnableKeyRotation: on(enableKeyRotation),
    DisableKeyRotation: on(disableKeyRotation),
    GetKeyRotationStatus: on(getKeyRotationStatus),
    CreateAlias: on(createAlias),
    UpdateAlias: on(updateAlias),
    DeleteAlias: on(deleteAlias),
    ListAliases: on(listAliases),
    TagResource: on(tagResource),
    UntagResource: on(untagResource),
    ListResourceTags: on(listResourceTags),
  };
  return {
    name: "kms",
    signingNames: ["kms"],
    protocol: "json-1.1",
    targetPrefix: "TrentService",
    sdk,
    actions: constrained(actions, KMS_CONSTRAINTS, validationException),
    invalid: validationException,
  };
}
