import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import { Sandbox, type SandboxAddress } from "../../../tools/sandbox/sandbox";

/** A whole sandbox with nothing in it, its clock paused. */
export interface EmptySandbox extends SandboxAddress {
  readonly sandbox: Sandbox;
  readonly clients: Clients;
  readonly stop: () => Promise<void>;
}

/** Starts a sandbox on free ports. */
export async function startEmptySandbox(region = "us-east-1"): Promise<EmptySandbox> {
  const config = { "aws:region": region };
  const files = { folder: __dirname, project: "test", stack: "test", main: ".", typescript: true, config };
  const sandbox = new Sandbox({ files, speed: 0, log: () => undefined });
  await sandbox.start({ port: 0, mqttPort: 0, deploy: false });
  const { address } = sandbox;
  const clients = makeClients(address.endpoint, address.region);
  return {
    ...address,
    sandbox,
    clients,
    stop: async () => {
      destroyClients(clients);
      await sandbox.stop();
    },
  };
}
