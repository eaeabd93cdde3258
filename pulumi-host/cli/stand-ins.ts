import type { Surroundings } from "../provider/configuration";
import { sandboxEndpoint, serveProvider } from "../provider/serve";

/** Stand-in providers of every package that the program uses, in this process. */
export interface StandIns {
  /** Value of `PULUMI_DEBUG_PROVIDERS` by which the engine finds them. */
  readonly address: string;
  readonly stop: () => void;
}

/**
 * Serves the stand-in providers. Attached, they spare the engine two processes for each of its steps, and need no
 * place on its PATH where a real deployment could find them.
 *
 * @param endpoint - The sandbox, on loopback.
 */
export async function startStandIns(endpoint: string, env: Surroundings["env"]): Promise<StandIns> {
  const surroundings = { endpoint: sandboxEndpoint(endpoint), env };
  const aws = await serveProvider("aws", surroundings);
  const native = await serveProvider("aws-native", surroundings);
  return {
    address: `aws:${aws.port},aws-native:${native.port}`,
    stop: () => {
      aws.stop();
      native.stop();
    },
  };
}
