import { ExpectedError } from "../../lib/command/expected-error";
import { parseObject } from "../../lib/json";
import { sandboxEndpoint } from "../../pulumi-host/provider/serve";
import type { SandboxAddress } from "../../sandbox/start-sandbox";

/** What a sandbox says of itself. */
export interface RunningSandbox extends SandboxAddress {
  /** Another after each start and reset. */
  readonly id: string;
  /** The stack that it has deployed by itself. */
  readonly deployed: string | null;
}

/** Which stack is looked for, and how. */
export interface Wanted {
  readonly stack: string;
  /** The stack's; absent where the stack is only to be destroyed, as its file may be gone. */
  readonly region: string | undefined;
  /** How a person says which sandbox. */
  readonly setting: string;
}

/** @throws ExpectedError - the address is none, or not on loopback. */
function loopback(url: string, setting: string): string {
  try {
    return sandboxEndpoint(url, setting);
  } catch (cause) {
    throw new ExpectedError((cause as Error).message, { cause });
  }
}

/** What the sandbox at an address says of itself; nothing where none answers. */
export async function identityAt(endpoint: string): Promise<Omit<RunningSandbox, "endpoint"> | undefined> {
  const answer = await fetch(`${endpoint}/_sandbox/identity`).catch(() => undefined);
  const identity = answer?.ok ? parseObject(await answer.text()) : undefined;
  return typeof identity?.id === "string" ? (identity as unknown as RunningSandbox) : undefined;
}

/**
 * The sandbox that answers at an address.
 *
 * @throws ExpectedError - the address is not on loopback, no sandbox answers there, or it is in another region, where the
 * stack's ARNs lead nowhere.
 */
export async function runningSandbox(
  url: string,
  { stack, region, setting }: Wanted,
): Promise<RunningSandbox> {
  const endpoint = loopback(url, setting);
  const start = `\`npm run sandbox -- --no-deploy --stack ${stack}\``;
  const identity = await identityAt(endpoint);
  if (identity === undefined) {
    throw new ExpectedError(`No sandbox answers at ${endpoint}: start one with ${start}, or set ${setting}.`);
  }
  if (region !== undefined && region !== identity.region) {
    throw new ExpectedError(
      `The stack ${stack} is in ${region}, the sandbox at ${endpoint} in ${identity.region}: start it with ` +
        `${start}, which takes the stack's region.`,
    );
  }
  return { ...identity, endpoint };
}
