import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { alertRoleLeastPrivilege } from "../../../policy-pack/policies/alert-role-least-privilege";
import { alertTopicClosedAndEncrypted } from "../../../policy-pack/policies/alert-topic-closed-and-encrypted";
import { callbackIsBounded } from "../../../policy-pack/policies/callback-is-bounded";
import { callbackLeastPrivilege } from "../../../policy-pack/policies/callback-least-privilege";
import { callbackLosesNothing } from "../../../policy-pack/policies/callback-loses-nothing";
import { devicePolicyPinsClient } from "../../../policy-pack/policies/device-policy-pins-client";
import { namesAndTags } from "../../../policy-pack/policies/names-and-tags";
import { quarantineGroupStaticRoot } from "../../../policy-pack/policies/quarantine-group-static-root";
import { quarantinePolicyContains } from "../../../policy-pack/policies/quarantine-policy-contains";
import { securityProfileAlerts } from "../../../policy-pack/policies/security-profile-alerts";
import { securityProfileBehaviorAlerts } from "../../../policy-pack/policies/security-profile-behavior-alerts";
import { securityProfileBehaviorSane } from "../../../policy-pack/policies/security-profile-behavior-sane";
import { securityProfileTopicIsHeard } from "../../../policy-pack/policies/security-profile-topic-is-heard";

/** Every policy of the pack; importing the pack itself would serve it. */
export const POLICIES: readonly (ResourceValidationPolicy | StackValidationPolicy)[] = [
  securityProfileAlerts,
  securityProfileTopicIsHeard,
  securityProfileBehaviorAlerts,
  securityProfileBehaviorSane,
  alertRoleLeastPrivilege,
  quarantinePolicyContains,
  quarantineGroupStaticRoot,
  devicePolicyPinsClient,
  callbackLeastPrivilege,
  callbackLosesNothing,
  callbackIsBounded,
  alertTopicClosedAndEncrypted,
  namesAndTags,
];
