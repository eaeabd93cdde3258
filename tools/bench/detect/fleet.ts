import type { Behavior } from "@aws-sdk/client-iot";
import type { Environment } from "../../../sandbox/environment";
import { createDimension } from "../../../sandbox/services/detect/actions/dimensions";
import { attachSecurityProfile } from "../../../sandbox/services/detect/actions/profile-targets";
import { createSecurityProfile } from "../../../sandbox/services/detect/actions/security-profiles";
import { DetectDriver } from "../../../sandbox/services/detect/driver";
import { DetectStore } from "../../../sandbox/services/detect/store";

/** One thing in so many violates. */
const OFFENDERS = 100;

function below(metric: string, count: number, more: Partial<Behavior> = {}, durationSeconds = 300): Behavior {
  const criteria = { comparisonOperator: "less-than", value: { count }, durationSeconds } as const;
  return { name: metric.slice("aws:".length), metric, criteria, ...more };
}

/** Behaviors of every metric that the broker counts, of the longest period, of topics, of a percentile. */
const BEHAVIORS: Behavior[] = [
  below("aws:num-messages-sent", 10),
  below("aws:num-messages-received", 10),
  below("aws:message-byte-size", 1000),
  below("aws:num-authorization-failures", 1),
  below("aws:num-connection-attempts", 2),
  below("aws:num-disconnects", 2),
  below("aws:num-messages-sent", 240, { name: "hour" }, 3600),
  below("aws:num-messages-sent", 10, { name: "commands", metricDimension: { dimensionName: "Commands" } }),
  {
    name: "percentile",
    metric: "aws:num-messages-sent",
    criteria: {
      comparisonOperator: "less-than-equals",
      statisticalThreshold: { statistic: "p99" },
      durationSeconds: 300,
    },
  },
  {
    name: "addresses",
    metric: "aws:source-ip-address",
    criteria: { comparisonOperator: "in-cidr-set", value: { cidrs: ["192.0.2.0/24"] } },
  },
];

/** Detect with a fleet whose things tell it directly what they do. */
export class BenchFleet {
  alarms = 0;
  readonly #driver: DetectDriver;
  readonly #names: readonly string[];

  constructor(env: Environment, things: number) {
    const store = new DetectStore(env, {
      isThing: () => true,
      isInGroup: () => false,
      hasGroup: () => false,
      descendantsOf: () => [],
    });
    createDimension(store, { name: "Commands", type: "TOPIC_FILTER", stringValues: ["commands/#"] });
    createSecurityProfile(store, {
      securityProfileName: "Bench",
      behaviors: BEHAVIORS,
      alertTargets: {
        SNS: {
          alertTargetArn: `arn:aws:sns:${env.region}:${env.account}:alarms`,
          roleArn: `arn:aws:iam::${env.account}:role/alarms`,
        },
      },
    });
    attachSecurityProfile(store, {
      securityProfileName: "Bench",
      securityProfileTargetArn: `arn:aws:iot:${env.region}:${env.account}:all/things`,
    });
    this.#driver = new DetectDriver(store, {
      publish: () => {
        this.alarms++;
      },
    });
    this.#names = Array.from({ length: things }, (_, index) => `thing-${index}`);
    for (const name of this.#names) {
      this.#driver.activity.connectionAttempted(name);
      this.#driver.activity.sessionOpened(name, "192.0.2.1");
    }
  }

  /** Lets every thing do what it does in a window. */
  act(): void {
    for (const [index, name] of this.#names.entries()) {
      const isOffender = index % OFFENDERS === 0;
      for (let message = 0; message < (isOffender ? 20 : 1); message++) {
        this.#driver.activity.messageSent(name, 100, isOffender ? `commands/${name}` : `telemetry/${name}`);
        this.#driver.activity.messageReceived(name, 100, `commands/${name}`);
      }
      if (isOffender) this.#driver.activity.authorizationFailed(name, `secret/${name}`);
    }
  }
}
