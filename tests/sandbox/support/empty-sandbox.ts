import { type Clients, destroyClients, makeClients } from "../../../pulumi-host/resources/clients";
import { type Sandbox, type SandboxAddress, startSandbox } from "../../../sandbox/start-sandbox";

/** A whole sandbox with nothing in it, its clock paused. */
export interface EmptySandbox extends SandboxAddress {
  readonly sandbox: Sandbox;
  readonly clients: Clients;
  readonly stop: () => Promise<void>;
}

/** Starts a sandbox on free ports. */
export async function startEmptySandbox(region = "us-east-1"): Promise<EmptySandbox> {
  const sandbox = await startSandbox({ port: 0, region });
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
