import {
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  type IoTClient,
  UpdateSecurityProfileCommand,
} from "@aws-sdk/client-iot";
import { connectAsync } from "mqtt";
import type { Sandbox } from "../../../sandbox/start-sandbox";

const HOUR_MS = 60 * 60 * 1000;

/**
 * Lets things of the dev stack violate its behavior for ten hours, without an alarm: a test sends its own. Each has a
 * certificate, which all of them share unless each is to have its own.
 */
export async function violateFor(
  sandbox: Sandbox,
  iot: Pick<IoTClient, "send">,
  things: readonly string[],
  certificates: "shared" | "own" = "shared",
): Promise<void> {
  await iot.send(
    new UpdateSecurityProfileCommand({
      securityProfileName: "MsgSentSecProfile",
      behaviors: [
        {
          name: "MsgSentBehavior",
          metric: "aws:num-messages-sent",
          criteria: {
            comparisonOperator: "less-than",
            value: { count: 10 },
            durationSeconds: 3600,
            consecutiveDatapointsToAlarm: 1,
            consecutiveDatapointsToClear: 10,
          },
          suppressAlerts: true,
        },
      ],
    }),
  );
  const certificate = () => iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const shared = await certificate();
  for (const thingName of things) {
    const { certificateArn: principal } = certificates === "shared" ? shared : await certificate();
    await iot.send(new CreateThingCommand({ thingName }));
    await iot.send(new AttachThingPrincipalCommand({ thingName, principal }));
    const device = await connectAsync(sandbox.address.mqtt, { clientId: thingName, reconnectPeriod: 0 });
    for (let message = 0; message < 10; message++) {
      await device.publishAsync(`devices/${thingName}`, "x", { qos: 1 });
    }
    await device.endAsync();
  }
  await sandbox.clock.advance(HOUR_MS);
}
