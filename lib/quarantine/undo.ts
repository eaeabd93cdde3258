import {
  DescribeCertificateCommand,
  DetachPolicyCommand,
  RemoveThingFromThingGroupCommand,
  UpdateCertificateCommand,
} from "@aws-sdk/client-iot";
import { GetThingShadowCommand, UpdateThingShadowCommand } from "@aws-sdk/client-iot-data-plane";
import { ifMissing } from "../aws/errors";
import { sendInTime } from "../aws/in-time";
import type { PortsArgs } from "./ports-args";
import { shadowFlags } from "./shadow-flags";

/**
 * What became of a shadow's flag:
 * - `none`: it has none.
 * - `told`: it says `false` now, and the device has not reported that yet. A key that is removed makes no delta, so a
 *   device that stopped would never go on.
 * - `removed`: the device has reported `false`, and the flag is taken out.
 */
export type UnflagAnswer = "none" | "told" | "removed";

/** What undoes a quarantine. Each call may be repeated; each rejects with the SDK's error. */
export interface UndoPorts {
  /** Takes the thing out of a group; one that is not there holds nobody. */
  leaveGroup(thingName: string, groupName: string): Promise<void>;
  /** Detaches a policy; one that is not there is attached to nothing. */
  detachPolicy(policyName: string, principal: string): Promise<void>;
  /** Sets a certificate that is INACTIVE to ACTIVE; answers the status of one that is left as it is. */
  reactivate(certificateArn: string): Promise<string | undefined>;
  /** Tells the device by its shadow, and clears up what it has read. */
  unflag(thingName: string): Promise<UnflagAnswer>;
}

/**
 * Makes what undoes a quarantine of AWS SDK clients.
 *
 * Source: AWS IoT API Reference, `RemoveThingFromThingGroup`, `DetachPolicy`, `DescribeCertificate`,
 * `UpdateCertificate`, `GetThingShadow`, `UpdateThingShadow`; Developer Guide, "Device Shadow service documents"
 * (`version`, and `null` that removes a key).
 */
export function makeUndo({
  iot,
  iotData,
  callTimeoutMs,
}: Omit<PortsArgs, "groupName" | "policyName">): UndoPorts {
  const send = sendInTime(iot, callTimeoutMs);
  const sendData = sendInTime(iotData, callTimeoutMs);
  const setFlag = (thingName: string, quarantine: false | null, version?: unknown) => {
    const payload = JSON.stringify({ state: { desired: { quarantine } }, version });
    return sendData(new UpdateThingShadowCommand({ thingName, payload }));
  };
  return {
    async leaveGroup(thingName, thingGroupName) {
      const command = new RemoveThingFromThingGroupCommand({ thingName, thingGroupName });
      await send(command).catch(ifMissing(undefined));
    },
    async detachPolicy(policyName, target) {
      await send(new DetachPolicyCommand({ policyName, target })).catch(ifMissing(undefined));
    },
    async reactivate(arn) {
      const certificateId = arn.split("/").at(-1);
      const found = await send(new DescribeCertificateCommand({ certificateId })).catch(ifMissing(undefined));
      const status = found?.certificateDescription?.status ?? "gone";
      // Whoever revoked it meanwhile meant it for good.
      if (status !== "INACTIVE") return status;
      await send(new UpdateCertificateCommand({ certificateId, newStatus: "ACTIVE" }));
      return undefined;
    },
    async unflag(thingName) {
      const found = await sendData(new GetThingShadowCommand({ thingName })).catch(ifMissing(undefined));
      const { desired, reported, version } = shadowFlags(found?.payload);
      if (desired === undefined) return "none";
      if (desired !== false) {
        await setFlag(thingName, false);
        return "told";
      }
      if (reported !== false) return "told";
      // Of the version that was read: a flag that was set again meanwhile must stay.
      await setFlag(thingName, null, version);
      return "removed";
    },
  };
}
