import { CreateThingGroupCommand, IoTClient } from "@aws-sdk/client-iot";
import type { SandboxAddress } from "../../sandbox/start-sandbox";
import type { Scenario } from "./scenario/scenario";

/** Makes in a sandbox what a stack names and does not make: somebody has it in the account before the stack is deployed. */
export async function prepareSandbox(
  { endpoint, region }: Pick<SandboxAddress, "endpoint" | "region">,
  { groups }: Pick<Scenario, "groups">,
  log: (line: string) => void,
): Promise<void> {
  const credentials = { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" };
  const iot = new IoTClient({ endpoint, region, credentials, maxAttempts: 1 });
  try {
    for (const thingGroupName of groups) {
      await iot.send(new CreateThingGroupCommand({ thingGroupName }));
      log(`made the thing group ${thingGroupName}, which the stack names and does not make`);
    }
  } finally {
    iot.destroy();
  }
}
