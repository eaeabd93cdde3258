import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { PackageName, Surroundings } from "./configuration";
import { Provider } from "./provider";
import { providerService } from "./service";

/** A provider that the engine can reach. */
export interface RunningProvider {
  /** Port of its gRPC service, on loopback. */
  readonly port: number;
  readonly stop: () => void;
}

/** A stand-in must never meet a real account: it serves a sandbox on this machine or nothing. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\/?$/;

/**
 * Checks the address of the sandbox that stand-in providers are to act in.
 *
 * @param setting - How the caller can be given it.
 * @throws Error - there is none, or it is not on loopback.
 */
export function sandboxEndpoint(
  endpoint: string | undefined,
  setting = "IOT_QUARANTINE_SANDBOX_ENDPOINT",
): string {
  if (endpoint !== undefined && LOOPBACK.test(endpoint)) return endpoint.replace(/\/$/, "");
  throw new Error(
    `The stand-in providers act in the sandbox only, on loopback: set ${setting} to its address, such as ` +
      `http://127.0.0.1:4566; it is ${endpoint === undefined ? "not set" : `"${endpoint}"`}.`,
  );
}

/** Serves a package's stand-in provider on a free loopback port. */
export async function serveProvider(
  packageName: PackageName,
  surroundings: Surroundings,
): Promise<RunningProvider> {
  const provider = new Provider(packageName, surroundings);
  // A function's code is an input: no bound below the engine's own (400 MB) on messages.
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(ResourceProviderService, providerService(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    stop: () => {
      provider.stop();
      server.forceShutdown();
    },
  };
}
