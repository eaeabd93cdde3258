import type { Containment, Exemption } from "../../lib/responses/response-table";
import type { QuarantineAllowance } from "../documents/restrictive-policy";
import type { SecurityProfileSpec } from "./security-profiles";

/**
 * Default of every config key, as `Pulumi.yaml` declares it: the engine applies the declared ones, and a
 * program that runs without the engine applies these.
 */
export const CONFIG_DEFAULTS = {
  // Half of what AWS lets a connection publish (100 a second: AWS General Reference, "AWS IoT Core endpoints and
  // quotas"), fifteen minutes in a row: far above a healthy device, and nothing that others can do in its name. Only
  // a registered thing can be put into a group.
  profiles: [
    {
      description: "Messages that registered things send",
      behaviors: [
        {
          name: "MessagesSent",
          metric: "aws:num-messages-sent",
          criteria: {
            comparisonOperator: "less-than-equals",
            value: { count: 15_000 },
            durationSeconds: 300,
            consecutiveDatapointsToAlarm: 3,
            consecutiveDatapointsToClear: 1,
          },
        },
      ],
      targets: ["registered-things"],
    },
  ] as readonly Omit<SecurityProfileSpec, "name">[],
  quarantineLimitPerHour: 25,
  alarmMaxAgeMinutes: 30,
  exempt: [] as readonly Exemption[],
  containment: ["group"] as readonly Containment[],
  notifyEmails: [] as readonly string[],
  alertTopicName: "",
  quarantineGroupName: "",
  restrictivePolicyName: "",
  callbackFunctionName: "",
  quarantineAllows: ["shadow"] as readonly QuarantineAllowance[],
  protectQuarantineGroup: true,
  functionMemoryMib: 256,
  functionTimeoutSeconds: 60,
  // Ten at 0.3 s an alarm take seven times as long for a storm of 10,000 as AWS's quotas would; thirty keep up with them.
  alarmConcurrency: 30,
  logRetentionDays: 90,
  permissionsBoundary: "",
} as const;

/** A config key, without its namespace. */
export type ConfigKey = keyof typeof CONFIG_DEFAULTS;
