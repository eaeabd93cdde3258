import type { Policies } from "@pulumi/policy";
import { alertRoleLeastPrivilege } from "./policies/alert-role-least-privilege";
import { alertTopicClosedAndEncrypted } from "./policies/alert-topic-closed-and-encrypted";
import { callbackIsBounded } from "./policies/callback-is-bounded";
import { callbackLeastPrivilege } from "./policies/callback-least-privilege";
import { callbackLosesNothing } from "./policies/callback-loses-nothing";
import { devicePolicyPinsClient } from "./policies/device-policy-pins-client";
import { namesAndTags } from "./policies/names-and-tags";
import { quarantineGroupStaticRoot } from "./policies/quarantine-group-static-root";
import { quarantinePolicyContains } from "./policies/quarantine-policy-contains";
import { securityProfileAlerts } from "./policies/security-profile-alerts";
import { securityProfileBehaviorAlerts } from "./policies/security-profile-behavior-alerts";
import { securityProfileBehaviorOwnActs } from "./policies/security-profile-behavior-own-acts";
import { securityProfileBehaviorSane } from "./policies/security-profile-behavior-sane";
import { securityProfileTopicIsHeard } from "./policies/security-profile-topic-is-heard";

/** Every policy, in the order in which they are told. What is in the folder `policies` and not here judges nothing. */
export const POLICIES: Policies = [
  securityProfileAlerts,
  securityProfileTopicIsHeard,
  securityProfileBehaviorAlerts,
  securityProfileBehaviorSane,
  securityProfileBehaviorOwnActs,
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
