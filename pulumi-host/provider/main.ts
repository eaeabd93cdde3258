import "../../lib/process/quiet-sdk";
import { endsOnSignals } from "../../lib/process/end";
import type { PackageName } from "./configuration";
import { sandboxEndpoint, serveProvider } from "./serve";

/**
 * Runs a package's stand-in provider as the engine's plugin: prints its port, and ends with the engine.
 *
 * Source: pulumi/pulumi, sdk/go/common/resource/plugin/plugin.go: the first line of standard output is the port.
 */
export async function runProvider(packageName: PackageName): Promise<void> {
  try {
    const { env } = process;
    const endpoint = sandboxEndpoint(env.IOT_QUARANTINE_SANDBOX_ENDPOINT);
    const { port, stop } = await serveProvider(packageName, { endpoint, env });
    endsOnSignals(async () => stop());
    process.stdout.write(`${port}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(2);
  }
}
