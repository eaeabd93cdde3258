import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { type RunningServer, serveGrpc } from "../program/grpc-server";
import type { PackageName, Surroundings } from "./configuration";
import { Provider } from "./provider";
import { providerService } from "./service";

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
): Promise<RunningServer> {
  const provider = new Provider(packageName, surroundings);
  const { port, stop } = await serveGrpc([[ResourceProviderService, providerService(provider)]]);
  return {
    port,
    stop: () => {
      provider.stop();
      stop();
    },
  };
}
