import type { IoTClient } from "@aws-sdk/client-iot";
import type { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";

/** What the ports are made of. */
export interface PortsArgs {
  /** Client of the control plane. */
  readonly iot: Pick<IoTClient, "send">;
  /** Client of the data plane, at the account's `iot:Data-ATS` endpoint. */
  readonly iotData: Pick<IoTDataPlaneClient, "send">;
  /** Name of the Quarantine thing group. */
  readonly groupName: string;
  /** Name of the restrictive policy. */
  readonly policyName: string;
  /**
   * Groups that are known to be there, and are not asked for again; those that are found are added.
   *
   * @default each is asked for
   */
  readonly existingGroups?: Set<string>;
  /** How long the next call may take, its retries and its answer's body included, in milliseconds. */
  readonly callTimeoutMs: () => number;
  /**
   * What violations are looked up by, and how long that may take: Device Defender answers all callers of an account and
   * region ten times a second, so that in a storm a look-up waits longer than any other call.
   *
   * @default as all calls
   */
  readonly violations?: { readonly iot: Pick<IoTClient, "send">; readonly callTimeoutMs: () => number };
}
