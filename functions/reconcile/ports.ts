import { setTimeout as pause } from "node:timers/promises";
import {
  type ActiveViolation,
  type IoTClient,
  ListActiveViolationsCommand,
  ListThingsInThingGroupCommand,
} from "@aws-sdk/client-iot";
import type { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { sendInTime } from "../../lib/aws/in-time";
import type { Behavior, MetricValue } from "../../lib/detect/behavior";
import { groupLookUps } from "../../lib/quarantine/look-ups";
import { thingPorts } from "../../lib/quarantine/ports";
import type { LastingViolation } from "./violation";

/** What is asked of AWS, and done. Each call rejects with the SDK's error. */
export interface ReconcilePorts {
  /** Names of the things in the Quarantine group. */
  members(): Promise<ReadonlySet<string>>;
  /** The lasting violations of a profile, page by page. */
  violations(securityProfileName: string): AsyncIterable<readonly LastingViolation[]>;
  /** Names of the groups that a thing is in; none for a thing that is not there. */
  groupsOf(thingName: string): Promise<readonly string[]>;
  /** Whether the registry holds the thing. */
  isRegistered(thingName: string): Promise<boolean>;
  /** Cuts the MQTT session whose client id is the thing's name; none is no fault. */
  cutSession(thingName: string): Promise<unknown>;
  /** Puts at most ten alarms into the queue. Resolves to the places, in the list, of those that SQS did not take. */
  queue(alarms: readonly string[]): Promise<readonly number[]>;
}

/** What the ports are made of. */
export interface PortsArgs {
  readonly iot: Pick<IoTClient, "send">;
  readonly iotData: Pick<IoTDataPlaneClient, "send">;
  readonly sqs: Pick<SQSClient, "send">;
  /** Name of the Quarantine thing group. */
  readonly groupName: string;
  /** URL of the queue of alarms. */
  readonly alarmsQueueUrl: string;
  /** How long the next call may take, in milliseconds. */
  readonly callTimeoutMs: () => number;
}

/** Largest page of both listings. Source: AWS IoT API Reference, `maxResults`. */
const PAGE_SIZE = 250;

/**
 * Shortest time between two pages: eight a second, of the ten that AWS lets an account ask for; the others are left to the
 * verification of alarms. Source: AWS General Reference, "AWS IoT Device Defender endpoints and quotas".
 */
const PAGE_INTERVAL_MS = 125;

/** Waits until the next page may be asked for. */
function makePace(): () => Promise<void> {
  let next = 0;
  return async () => {
    const wait = next - performance.now();
    if (wait > 0) await pause(wait);
    // After the pause, which may be longer: the next one must not make up for it.
    next = performance.now() + PAGE_INTERVAL_MS;
  };
}

function violationOf(given: ActiveViolation): LastingViolation[] {
  const { violationId, thingName, securityProfileName, behavior, lastViolationTime, violationStartTime } =
    given;
  if (!violationId || !thingName || !securityProfileName || !behavior || !lastViolationTime) return [];
  return [
    {
      ...{ violationId, thingName, securityProfileName },
      // The SDK's types are the mutable siblings of ours.
      behavior: behavior as Behavior,
      lastTime: lastViolationTime.getTime(),
      startTime: (violationStartTime ?? lastViolationTime).getTime(),
      ...(given.lastViolationValue && { value: given.lastViolationValue as MetricValue }),
    },
  ];
}

/**
 * Makes the ports of AWS SDK clients.
 *
 * Source: AWS IoT API Reference, `ListThingsInThingGroup`, `ListActiveViolations`, `ListThingGroupsForThing`,
 * `DescribeThing`, `DeleteConnection`; Amazon SQS API Reference, "SendMessageBatch".
 */
export function makeReconcilePorts(args: PortsArgs): ReconcilePorts {
  const { directGroupsOf: groupsOf } = groupLookUps(args);
  return { ...listings(args), groupsOf, ...thingPorts(args), ...queueing(args) };
}

function listings(args: PortsArgs): Pick<ReconcilePorts, "members" | "violations"> {
  const { iot, groupName, callTimeoutMs } = args;
  const send = sendInTime(iot, callTimeoutMs);
  const pace = makePace();
  return {
    async members() {
      const members = new Set<string>();
      let nextToken: string | undefined;
      do {
        await pace();
        const input = { thingGroupName: groupName, maxResults: PAGE_SIZE, nextToken };
        const page = await send(new ListThingsInThingGroupCommand(input));
        for (const name of page.things ?? []) members.add(name);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return members;
    },
    async *violations(securityProfileName) {
      let nextToken: string | undefined;
      do {
        await pace();
        const input = { securityProfileName, maxResults: PAGE_SIZE, nextToken };
        const page = await send(new ListActiveViolationsCommand(input));
        yield (page.activeViolations ?? []).flatMap(violationOf);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    },
  };
}

function queueing({ sqs, alarmsQueueUrl, callTimeoutMs }: PortsArgs): Pick<ReconcilePorts, "queue"> {
  const send = sendInTime(sqs, callTimeoutMs);
  return {
    async queue(alarms) {
      const Entries = alarms.map((MessageBody, at) => ({ Id: String(at), MessageBody }));
      const { Failed = [] } = await send(new SendMessageBatchCommand({ QueueUrl: alarmsQueueUrl, Entries }));
      return Failed.map(({ Id }) => Number(Id));
    },
  };
}
