import { type IoTClient, UpdateThingGroupsForThingCommand } from "@aws-sdk/client-iot";
import {
  DeleteConnectionCommand,
  type IoTDataPlaneClient,
  UpdateThingShadowCommand,
} from "@aws-sdk/client-iot-data-plane";
import type { GroupAnswer, QuarantinePorts } from "./act";

const QUARANTINE_SHADOW = JSON.stringify({ state: { desired: { quarantine: true } } });

/** What the ports are made of. */
export interface PortsArgs {
  /** Client of the control plane. */
  readonly iot: Pick<IoTClient, "send">;
  /** Client of the data plane, at the account's `iot:Data-ATS` endpoint. */
  readonly iotData: Pick<IoTDataPlaneClient, "send">;
  /** Name of the Quarantine thing group. */
  readonly groupName: string;
}

/**
 * Makes the ports of AWS SDK clients. What AWS answers for good becomes an answer; all else rejects.
 *
 * Source: AWS IoT API Reference, `UpdateThingGroupsForThing` (errors), `UpdateThingShadow`, `DeleteConnection`.
 *
 * @param args - the clients and the group's name
 */
export function makePorts({ iot, iotData, groupName }: PortsArgs): QuarantinePorts {
  return {
    async addToGroup(thingName) {
      try {
        await iot.send(new UpdateThingGroupsForThingCommand({ thingName, thingGroupsToAdd: [groupName] }));
        return { kind: "added" };
      } catch (error) {
        return groupAnswer(error, thingName, groupName);
      }
    },
    async setShadow(thingName) {
      await iotData.send(new UpdateThingShadowCommand({ thingName, payload: QUARANTINE_SHADOW }));
    },
    async cutSession(thingName) {
      // cleanSession: queued messages and subscriptions go; preventWillMessage: our own call must not
      // publish an attacker's last will.
      const input = { clientId: thingName, cleanSession: true, preventWillMessage: true };
      try {
        await iotData.send(new DeleteConnectionCommand(input));
        return "cut";
      } catch (error) {
        // Neither connected nor with a persistent session: nothing was to be cut.
        if (isNamed(error, "ResourceNotFoundException")) {
          return "no-session";
        }
        throw error;
      }
    },
  };
}

/**
 * `InvalidRequestException` is AWS's no for good: a thing in ten static groups, or in a group of the same
 * hierarchy (AWS IoT Developer Guide, "Static thing groups"). `ResourceNotFoundException` is raised for a thing
 * and for a group that is not there.
 */
function groupAnswer(error: unknown, thingName: string, groupName: string): GroupAnswer {
  if (isNamed(error, "InvalidRequestException")) {
    return { kind: "refused", why: `AWS refuses the group: ${error.message}` };
  }
  if (isNamed(error, "ResourceNotFoundException") && !speaksOfGroup(error.message, thingName, groupName)) {
    return { kind: "no-such-thing" };
  }
  throw error;
}

/**
 * Whether the text of a `ResourceNotFoundException` says that the GROUP is not there. That is a fault of ours and
 * has to be retried and dead-lettered; a thing that is not there is a fact of the fleet.
 *
 * ASSUMED: AWS documents no wording. Texts seen in public code say "Thing group NAME ...". So a text that names
 * the group or has the word "group" in it, apart from the thing's own name, means the group; any other, also one
 * that names nothing, means the thing. A group that is missing goes unseen only if AWS's text says neither.
 */
function speaksOfGroup(message: string, thingName: string, groupName: string): boolean {
  // As whole names: a thing called "o" must not take the letters out of "group". A colon before a separator is
  // punctuation, any other belongs to a name.
  const words = message.split(/:?[^a-zA-Z0-9:_-]+|:$/);
  const others = words.filter((word) => word !== thingName);
  return others.some((word) => word === groupName || /group/i.test(word));
}

function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}
