import {
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  type ProgressEvent,
  UpdateResourceCommand,
} from "@aws-sdk/client-cloudcontrol";
import { IoTClient } from "@aws-sdk/client-iot";
import { cloudControlService } from "../../../../sandbox/services/cloudcontrol/service";
import { CloudControlStore } from "../../../../sandbox/services/cloudcontrol/store";
import { DetectStore } from "../../../../sandbox/services/detect/store";
import { serve } from "../../support/serve";
import { detectService, FakeRegistry } from "../detect/support";

export const TYPE = "AWS::IoT::SecurityProfile";

/** The workshop's behavior, as Cloud Control spells it. */
export const BEHAVIOR = {
  Name: "MsgSentBehavior",
  Metric: "aws:num-messages-sent",
  Criteria: {
    ComparisonOperator: "less-than",
    Value: { Count: "10" },
    DurationSeconds: 300,
    ConsecutiveDatapointsToAlarm: 1,
    ConsecutiveDatapointsToClear: 1,
  },
};

/** Cloud Control and Detect over one store, served to real SDK clients. */
export async function startCloudControl() {
  const registry = new FakeRegistry();
  const made: { store?: DetectStore } = {};
  const served = await serve((env) => {
    made.store = new DetectStore(env, registry);
    return [detectService(made.store), cloudControlService(new CloudControlStore(made.store))];
  });
  const { store } = made;
  if (!store) throw new Error("the services were not made");
  const control = new CloudControlClient(served.client);
  const iot = new IoTClient(served.client);

  /** Polls a request to its end, as a client does; the virtual clock stands still. */
  const ended = async (begun: ProgressEvent | undefined): Promise<ProgressEvent> => {
    let event = begun;
    while (event?.OperationStatus === "IN_PROGRESS") {
      const status = new GetResourceRequestStatusCommand({ RequestToken: event.RequestToken });
      event = (await control.send(status)).ProgressEvent;
    }
    if (!event) throw new Error("no progress event");
    return event;
  };
  return {
    store,
    registry,
    control,
    iot,
    ended,
    clock: served.environment.clock,
    create: async (properties: object, more: { ClientToken?: string; TypeName?: string } = {}) =>
      ended(
        (
          await control.send(
            new CreateResourceCommand({ TypeName: TYPE, DesiredState: JSON.stringify(properties), ...more }),
          )
        ).ProgressEvent,
      ),
    update: async (name: string, patch: unknown, more: { ClientToken?: string } = {}) =>
      ended(
        (
          await control.send(
            new UpdateResourceCommand({
              TypeName: TYPE,
              Identifier: name,
              PatchDocument: typeof patch === "string" ? patch : JSON.stringify(patch),
              ...more,
            }),
          )
        ).ProgressEvent,
      ),
    remove: async (name: string) =>
      ended(
        (await control.send(new DeleteResourceCommand({ TypeName: TYPE, Identifier: name }))).ProgressEvent,
      ),
    get: async (name: string): Promise<Record<string, unknown>> => {
      const command = new GetResourceCommand({ TypeName: TYPE, Identifier: name });
      return JSON.parse((await control.send(command)).ResourceDescription?.Properties ?? "");
    },
    stop: () => {
      control.destroy();
      iot.destroy();
      return served.stop();
    },
  };
}

/** Cloud Control as a test holds it. */
export type CloudControl = Awaited<ReturnType<typeof startCloudControl>>;
