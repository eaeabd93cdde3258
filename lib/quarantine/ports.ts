import {
  AddThingToThingGroupCommand,
  DescribeThingCommand,
  DescribeThingGroupCommand,
  type GroupNameAndArn,
  type IoTClient,
  ListThingGroupsForThingCommand,
} from "@aws-sdk/client-iot";
import {
  DeleteConnectionCommand,
  type IoTDataPlaneClient,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import type { GroupAnswer, QuarantinePorts, ShadowAnswer } from "./contain";
import type { ExemptionPorts } from "./exempt";
import { inTime } from "./in-time";

const QUARANTINE_SHADOW = JSON.stringify({ state: { desired: { quarantine: true } } });

/** What the ports are made of. */
export interface PortsArgs {
  /** Client of the control plane. */
  readonly iot: Pick<IoTClient, "send">;
  /** Client of the data plane, at the account's `iot:Data-ATS` endpoint. */
  readonly iotData: Pick<IoTDataPlaneClient, "send">;
  /** Name of the Quarantine thing group. */
  readonly groupName: string;
  /** How long the next call may take, its retries and its answer's body included, in milliseconds. */
  readonly callTimeoutMs: () => number;
}

/**
 * Makes the ports of AWS SDK clients. What AWS answers for good becomes an answer; all else rejects.
 *
 * Source: AWS IoT API Reference, `AddThingToThingGroup` (errors), `DescribeThing`, `UpdateThingShadow`,
 * `DeleteConnection`, `ListThingGroupsForThing`, `DescribeThingGroup`.
 *
 * @param args - the clients, the group's name and the time for a call
 */
export function makePorts({
  iot,
  iotData,
  groupName,
  callTimeoutMs,
}: PortsArgs): QuarantinePorts & ExemptionPorts {
  const within = <T>(call: (abortSignal: AbortSignal) => Promise<T>) => inTime(callTimeoutMs(), call);
  const nameOf = ({ groupName: name }: GroupNameAndArn) => name;
  /** A thing that is not there is in no group: the act tells it apart. */
  const directGroupsOf = async (thingName: string) => {
    const groups: GroupNameAndArn[] = [];
    let nextToken: string | undefined;
    try {
      do {
        const command = new ListThingGroupsForThingCommand({ thingName, nextToken });
        const page = await within((abortSignal) => iot.send(command, { abortSignal }));
        groups.push(...(page.thingGroups ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    } catch (error) {
      if (!isNamed(error, "ResourceNotFoundException")) throw error;
    }
    return groups.map(nameOf);
  };
  return {
    async addToGroup(thingName) {
      // A thing in ten groups leaves a dynamic one for this: no way out for a device whose attributes let it
      // into some. A dynamic group holds no policy (AWS IoT Developer Guide, "Dynamic thing groups").
      const input = { thingName, thingGroupName: groupName, overrideDynamicGroups: true };
      try {
        await within((abortSignal) => iot.send(new AddThingToThingGroupCommand(input), { abortSignal }));
        return { kind: "added" };
      } catch (error) {
        return groupAnswer(error);
      }
    },
    async groupsOf(thingName) {
      const direct = await directGroupsOf(thingName);
      const above: (string | undefined)[] = [];
      for (const thingGroupName of direct) {
        const command = new DescribeThingGroupCommand({ thingGroupName });
        // One that was deleted meanwhile is below none.
        const group = await within((abortSignal) => iot.send(command, { abortSignal })).catch(
          (error: unknown) => (isNamed(error, "ResourceNotFoundException") ? undefined : rethrow(error)),
        );
        above.push(...(group?.thingGroupMetadata?.rootToParentThingGroups ?? []).map(nameOf));
      }
      return [...direct, ...above].filter((name) => name !== undefined);
    },
    async isRegistered(thingName) {
      try {
        await within((abortSignal) => iot.send(new DescribeThingCommand({ thingName }), { abortSignal }));
        return true;
      } catch (error) {
        return isNamed(error, "ResourceNotFoundException") ? false : rethrow(error);
      }
    },
    async setShadow(thingName) {
      const command = new UpdateThingShadowCommand({ thingName, payload: QUARANTINE_SHADOW });
      try {
        await within((abortSignal) => iotData.send(command, { abortSignal }));
        return { kind: "set" };
      } catch (error) {
        return shadowAnswer(error);
      }
    },
    async cutSession(thingName) {
      // cleanSession: queued messages and subscriptions go; preventWillMessage: our own call must not
      // publish an attacker's last will.
      const input = { clientId: thingName, cleanSession: true, preventWillMessage: true };
      try {
        await within((abortSignal) => iotData.send(new DeleteConnectionCommand(input), { abortSignal }));
        return "cut";
      } catch (error) {
        // Neither connected nor with a persistent session: nothing was to be cut.
        return isNamed(error, "ResourceNotFoundException") ? "no-session" : rethrow(error);
      }
    },
  };
}

/**
 * `InvalidRequestException` is AWS's no for good: a thing in ten static groups, or in a group of the same
 * hierarchy (AWS IoT Developer Guide, "Static thing groups"). `ResourceNotFoundException` is raised for a thing
 * and for a group that is not there, in words that name neither.
 */
function groupAnswer(error: unknown): GroupAnswer {
  if (isNamed(error, "InvalidRequestException")) {
    return { kind: "refused", why: `AWS refuses the group: ${error.message}` };
  }
  return isNamed(error, "ResourceNotFoundException") ? { kind: "not-found" } : rethrow(error);
}

/**
 * Refusals of a shadow that the same request meets again whenever it comes. A device brings the first about by
 * filling its shadow to the limit: the request itself is small. Not among them: a conflict, throttling, a service
 * that is not available, and a right that is missing, which a person can give.
 *
 * Source: AWS IoT API Reference, `UpdateThingShadow` (errors); Developer Guide, "Device Shadow error messages".
 */
const SHADOW_REFUSALS: Readonly<Record<string, string>> = {
  RequestEntityTooLargeException: "shadow flag not set: the shadow is full",
  InvalidRequestException: "shadow flag not set: AWS refuses the request",
  MethodNotAllowedException: "shadow flag not set: AWS refuses the method",
  UnsupportedDocumentEncodingException: "shadow flag not set: AWS refuses the encoding",
};

function shadowAnswer(error: unknown): ShadowAnswer {
  const name = error instanceof Error ? error.name : "";
  const why = Object.hasOwn(SHADOW_REFUSALS, name) ? SHADOW_REFUSALS[name] : undefined;
  return why === undefined ? rethrow(error) : { kind: "refused", why: `${why} (${name})` };
}

function rethrow(error: unknown): never {
  throw error;
}

function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}
