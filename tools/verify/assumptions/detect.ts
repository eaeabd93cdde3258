import {
  AttachSecurityProfileCommand,
  type Behavior,
  CreateSecurityProfileCommand,
  DeleteSecurityProfileCommand,
  DetachSecurityProfileCommand,
  ValidateSecurityProfileBehaviorsCommand,
} from "@aws-sdk/client-iot";
import { type Assumption, verdictOf } from "../assumption";
import type { Bench } from "../bench";
import { thingGroup } from "./registry";

const DISCONNECT = "`aws:disconnect-duration` takes no statistic, no ML";
const BOUNDS = "`aws:disconnect-duration` takes upper bounds only";
const CIDRS = "CIDRs in criteria need their prefix; lists are not empty";
const PERIOD = "A static behavior needs `durationSeconds`";

type Criteria = NonNullable<Behavior["criteria"]>;

const SHORT: Criteria = { comparisonOperator: "less-than", value: { count: 600 } };
const addresses = (...cidrs: string[]): Criteria => ({
  comparisonOperator: "in-cidr-set",
  value: { cidrs },
});

/** Behaviors that are refused, or taken, on the code's own authority. AWS judges them without making anything. */
const BEHAVIORS: readonly (readonly [
  name: string,
  fact: string,
  valid: boolean,
  metric: string,
  Criteria,
])[] = [
  ["a disconnect duration with an upper bound", BOUNDS, true, "aws:disconnect-duration", SHORT],
  [
    "a disconnect duration with a lower bound",
    BOUNDS,
    false,
    "aws:disconnect-duration",
    { ...SHORT, comparisonOperator: "greater-than" },
  ],
  [
    "a disconnect duration with a statistic",
    DISCONNECT,
    false,
    "aws:disconnect-duration",
    { comparisonOperator: "less-than", durationSeconds: 300, statisticalThreshold: { statistic: "p90" } },
  ],
  [
    "a disconnect duration with ML",
    DISCONNECT,
    false,
    "aws:disconnect-duration",
    { mlDetectionConfig: { confidenceLevel: "LOW" } },
  ],
  ["a count without a period", PERIOD, false, "aws:num-messages-sent", SHORT],
  ["an address without a prefix", CIDRS, false, "aws:source-ip-address", addresses("192.0.2.1")],
  ["an empty list of addresses", CIDRS, false, "aws:source-ip-address", addresses()],
];

async function validate({ clients }: Bench, behavior: Behavior): Promise<string> {
  const command = new ValidateSecurityProfileBehaviorsCommand({ behaviors: [behavior] });
  const { valid } = await clients.iot.send(command);
  return valid === true ? "valid" : "not valid";
}

async function attachTwice(bench: Bench): Promise<string> {
  const { iot } = bench.clients;
  const securityProfileName = bench.name("profile");
  const { arn: securityProfileTargetArn } = await thingGroup(bench, "target");
  bench.removeLater(`security profile ${securityProfileName}`, () =>
    iot.send(new DeleteSecurityProfileCommand({ securityProfileName })),
  );
  const behaviors = [
    { name: "Sent", metric: "aws:num-messages-sent", criteria: { ...SHORT, durationSeconds: 300 } },
  ];
  await iot.send(new CreateSecurityProfileCommand({ securityProfileName, behaviors, tags: bench.tags }));
  const pair = { securityProfileName, securityProfileTargetArn };
  await iot.send(new AttachSecurityProfileCommand(pair));
  const attached = await verdictOf(iot.send(new AttachSecurityProfileCommand(pair)));
  await iot.send(new DetachSecurityProfileCommand(pair));
  const detached = await verdictOf(iot.send(new DetachSecurityProfileCommand(pair)));
  return `attach ${attached}, detach ${detached}`;
}

/** Of behaviors and security profiles. Only for an account that may use Detect. */
export const DETECT: readonly Assumption[] = [
  ...BEHAVIORS.map(([name, fact, valid, metric, criteria]) => ({
    name: `a behavior: ${name}`,
    fact,
    expected: valid ? "valid" : "not valid",
    attempt: (bench: Bench) => validate(bench, { name: "Behavior", metric, criteria }),
  })),
  {
    name: "a target that is attached, and detached, again",
    fact: "Listing order (oldest first), both ends of the time span included, attach and detach idempotent",
    expected: "attach accepted, detach accepted",
    attempt: attachTwice,
  },
];
