import type { AwsScope } from "../../lib/aws/arns";
import {
  connectChecks,
  type IotCheck,
  publishChecks,
  receiveChecks,
  subscribeChecks,
} from "../../lib/policy-language/iot/requests";
import type { WrittenStatement } from "../../lib/policy-language/statement";
import { SELF } from "./connections";
import { samples } from "./samples";

/** Something that a device may try. */
export interface Operation {
  /** How a message calls it. */
  readonly label: string;
  /** All must be allowed. */
  readonly checks: readonly IotCheck[];
}

const OWN = `$aws/things/${SELF}`;

/** Topics that no quarantined device has business with, whatever a policy says of itself. */
const FORBIDDEN_TOPICS = [
  "telemetry",
  "fleet/commands",
  `devices/${SELF}/telemetry`,
  `${OWN}/shadow/delete`,
  `${OWN}/shadow/name/config/get`,
  `${OWN}/shadow/name/config/update`,
  `${OWN}/defender/metrics/json`,
  "$aws/things/q7-other/shadow/get",
  "$aws/things/q7-other/shadow/update",
  "$aws/rules/ingest/telemetry",
  "$aws/certificates/create/json",
  "$aws/provisioning-templates/fleet/provision/json",
  // Names that nobody would write down: all are open where only some are denied.
  "q7-unlisted",
  "Z_8/unlisted/topic",
  "0a:b/~",
  "\u00fc/unlisted",
];

/** Filters that reach further than the device's own business. */
const FORBIDDEN_FILTERS = ["#", "+/#", "fleet/#", "$aws/things/+/shadow/#", `${OWN}/#`, `${OWN}/shadow/#`];

const JOB_TOPICS = [`${OWN}/jobs/start-next`, `${OWN}/jobs/notify-next`];

/** What a device needs to learn of its state and report it. Source: AWS IoT Core Developer Guide, "Device Shadow MQTT topics". */
const SHADOW = {
  publishes: [`${OWN}/shadow/get`, `${OWN}/shadow/update`],
  receives: [
    `${OWN}/shadow/get/accepted`,
    `${OWN}/shadow/get/rejected`,
    `${OWN}/shadow/update/accepted`,
    `${OWN}/shadow/update/rejected`,
    `${OWN}/shadow/update/delta`,
    `${OWN}/shadow/update/documents`,
  ],
};

/** Of these it must have the answer and the changes; that it hears of refusals is not asked. */
const NEEDED = [`${OWN}/shadow/get/accepted`, `${OWN}/shadow/update/delta`];

/** Names of topics and filters in a policy's resources, its patterns made concrete. */
function namedIn(written: readonly WrittenStatement[], type: "topic" | "topicfilter"): readonly string[] {
  const prefix = new RegExp(`^arn:[^:]*:iot:[^:]*:[^:]*:${type}/`);
  return written
    .flatMap(({ resources = [], notResources = [] }) => [...resources, ...notResources])
    .filter((arn) => prefix.test(arn))
    .map((arn) => arn.replace(prefix, "").replace(/\$\{[^}]*\}/g, SELF))
    .flatMap(samples);
}

/** What a device in quarantine may still do. */
export interface Allowances {
  readonly shadow: boolean;
  readonly jobs: boolean;
}

/** Whether a topic is among what is allowed, for a publisher or a receiver. */
function isAllowed(topic: string, way: "publishes" | "receives", { shadow, jobs }: Allowances): boolean {
  if (jobs && topic.startsWith(`${OWN}/jobs/`)) return true;
  if (!shadow) return false;
  if (way === "publishes") return SHADOW.publishes.includes(topic);
  // What begins so is about the device's own classic shadow, and only AWS publishes there.
  return SHADOW.publishes.some((prefix) => topic.startsWith(prefix));
}

function* forbiddenOn(scope: AwsScope, topic: string, allowances: Allowances): Generator<Operation> {
  if (!isAllowed(topic, "publishes", allowances)) {
    yield { label: `publish to ${topic}`, checks: publishChecks(scope, topic, false) };
  }
  if (!isAllowed(topic, "receives", allowances)) {
    yield { label: `receive on ${topic}`, checks: receiveChecks(scope, topic) };
  }
}

/**
 * What a device in quarantine must not be able to do: on a list of topics and filters, and on all that its policies
 * name besides what is allowed.
 */
export function forbidden(
  scope: AwsScope,
  written: readonly WrittenStatement[],
  allowances: Allowances,
): readonly Operation[] {
  const topics = new Set([
    ...FORBIDDEN_TOPICS,
    ...JOB_TOPICS,
    ...SHADOW.publishes,
    ...SHADOW.receives,
    ...namedIn(written, "topic"),
  ]);
  const filters = new Set([...FORBIDDEN_FILTERS, ...topics, ...namedIn(written, "topicfilter")]);
  return [
    ...[...topics].flatMap((topic) => [...forbiddenOn(scope, topic, allowances)]),
    ...[...filters]
      .filter((filter) => !isAllowed(filter, "receives", allowances))
      .map((filter) => ({ label: `subscribe to ${filter}`, checks: subscribeChecks(scope, filter) })),
    ...SHADOW.publishes.map((topic) => ({
      label: `leave a retained message on ${topic}`,
      checks: publishChecks(scope, topic, true),
    })),
  ];
}

/** What a device in quarantine must be able to do to reach its own shadow. */
export function needed(scope: AwsScope): readonly Operation[] {
  return [
    { label: "connect under its own name", checks: connectChecks(scope, SELF) },
    ...SHADOW.publishes.map((topic) => ({
      label: `publish to ${topic}`,
      checks: publishChecks(scope, topic, false),
    })),
    ...NEEDED.map((topic) => ({
      label: `subscribe to and receive on ${topic}`,
      checks: [...subscribeChecks(scope, topic), ...receiveChecks(scope, topic)],
    })),
  ];
}

/** All that somebody may try under the device's name: what a member may do is among it. */
export function everything(scope: AwsScope, written: readonly WrittenStatement[]): readonly Operation[] {
  return [
    { label: "connect", checks: connectChecks(scope, SELF) },
    ...forbidden(scope, written, { shadow: false, jobs: false }),
  ];
}
