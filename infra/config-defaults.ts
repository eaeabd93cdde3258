import type { QuarantineAllowance } from "./documents/restrictive-policy";
import type { SecurityProfileSpec } from "./security-profiles";

/**
 * Default of every config key, as `Pulumi.yaml` declares it: the engine applies the declared ones, and a
 * program that runs without the engine applies these.
 */
export const CONFIG_DEFAULTS = {
  // Ten refused operations in five minutes happen to no healthy device, fifteen minutes in a row even less;
  // and only a registered thing can be put into a group.
  profiles: [
    {
      description: "Refused operations of registered things",
      behaviors: [
        {
          name: "AuthorizationFailures",
          metric: "aws:num-authorization-failures",
          criteria: {
            comparisonOperator: "less-than-equals",
            value: { count: 10 },
            durationSeconds: 300,
            consecutiveDatapointsToAlarm: 3,
            consecutiveDatapointsToClear: 1,
          },
        },
      ],
      targets: ["registered-things"],
    },
  ] as readonly Omit<SecurityProfileSpec, "name">[],
  alertTopicName: "",
  quarantineGroupName: "",
  restrictivePolicyName: "",
  callbackFunctionName: "",
  quarantineAllows: ["shadow"] as readonly QuarantineAllowance[],
  protectQuarantineGroup: true,
  functionMemoryMib: 256,
  functionTimeoutSeconds: 60,
  functionReservedConcurrency: "10",
  logRetentionDays: 90,
  permissionsBoundary: "",
} as const;

/** A config key, without its namespace. */
export type ConfigKey = keyof typeof CONFIG_DEFAULTS;
