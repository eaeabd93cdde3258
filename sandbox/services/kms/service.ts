import * as sdk from "@aws-sdk/client-kms";
import { bindActions } from "../../wire/bind-actions";
import { constrained } from "../../wire/constraints";
import type { Service } from "../../wire/service";
import * as aliases from "./actions/aliases";
import * as keyPolicies from "./actions/key-policies";
import * as keys from "./actions/keys";
import * as rotation from "./actions/rotation";
import * as tags from "./actions/tags";
import { KMS_CONSTRAINTS } from "./checks";
import { validationException } from "./errors";
import type { KmsStore } from "./store";

/** AWS Key Management Service: symmetric keys, their policies, states and aliases; it encrypts nothing. */
export function kmsService(kms: KmsStore): Service {
  const actions = bindActions(kms, aliases, keyPolicies, keys, rotation, tags);
  return {
    name: "kms",
    protocol: "json-1.1",
    targetPrefix: "TrentService",
    sdk,
    actions: constrained(actions, KMS_CONSTRAINTS, validationException),
    invalid: validationException,
  };
}
