import { createHash } from "node:crypto";
import type { Deployed } from "../../pulumi-host/program/deploy";
import { type DeployedResource, Deployment } from "../../pulumi-host/program/deployment";
import type { StackFiles } from "../../pulumi-host/program/stack-files";
import { destroyClients, makeClients } from "../../pulumi-host/resources/clients";
import type { Sandbox } from "../../sandbox/start-sandbox";
import { type SandboxDeploy, SandboxStack } from "../../tools/sandbox/deploy-stack";
import { DEPLOYED, recording } from "./recording";

/** What is called otherwise now than when it was recorded: ids that AWS makes up, the sandbox's own address. */
class Renamed {
  readonly #names = new Map<string, string>();

  add(former: string, now: string): void {
    this.#names.set(former, now);
  }

  /** Learns from a resource's values then and now. Shorter ones than any made-up id could stand for something else. */
  learn(former: unknown, now: unknown): void {
    if (typeof former === "string") {
      if (typeof now === "string" && former !== now && former.length >= 12) this.add(former, now);
    } else if (typeof former === "object" && former !== null && typeof now === "object" && now !== null) {
      for (const [key, value] of Object.entries(former)) this.learn(value, now[key as keyof typeof now]);
    }
  }

  of<T>(value: T): T {
    let text = JSON.stringify(value);
    // The longest first: an ARN that holds a made-up id is a name of its own.
    const names = [...this.#names].sort(([one], [other]) => other.length - one.length);
    for (const [former, now] of names) text = text.replaceAll(former, now);
    return JSON.parse(text);
  }
}

/** A resource as the program asked for it, with the name it got, which a later sandbox shall give it as well. */
function asked(resource: DeployedResource): DeployedResource {
  const { __defaults: _filledIn, ...inputs } = resource.inputs;
  return { ...resource, inputs };
}

/** A deploy, and where it was made. */
interface Recorded {
  readonly endpoint: string;
  readonly resources: readonly DeployedResource[];
}

/**
 * Makes the resources of a recorded deploy once more, by the same calls, elsewhere; the program does not run. Its hooks
 * do not either: in an empty account they refuse nothing.
 */
async function replay(
  { endpoint: former, resources }: Recorded,
  { account, endpoint, files, region }: SandboxDeploy,
): Promise<Deployed> {
  const clients = makeClients(endpoint, region);
  const { folder, project, stack } = files;
  const deployment = new Deployment({ project, stack, account, region, context: { clients, folder } });
  const renamed = new Renamed();
  renamed.add(new URL(former).host, new URL(endpoint).host);
  try {
    for (const resource of resources) {
      const { id, outputs } = await deployment.register(renamed.of(asked(resource)));
      renamed.learn([resource.id, resource.outputs], [id, outputs]);
    }
    for (const { urn, custom, outputs } of resources)
      if (!custom) deployment.registerOutputs(urn, renamed.of(outputs));
  } finally {
    destroyClients(clients);
  }
  return { resources: deployment.resources, outputs: deployment.stackOutputs };
}

/** A stack for tests of what is deployed, not of the deploy: the program runs once for all that want it so. */
export class ReplayedStack extends SandboxStack {
  protected override async make(request: SandboxDeploy): Promise<Deployed> {
    const config = JSON.stringify(request.files.config);
    const variant = createHash("sha256").update(config).digest("hex").slice(0, 8);
    let made: Deployed | undefined;
    const recorded = await recording<Recorded>(`deploy-${variant}`, DEPLOYED, config, async () => {
      made = await super.make(request);
      return { endpoint: request.endpoint, resources: made.resources };
    });
    return made ?? replay(recorded, request);
  }
}

/** Puts a stack into a sandbox, now and after each reset, as `deployStack` does. */
export async function replayStack(
  sandbox: Sandbox,
  files: StackFiles,
  log: (line: string) => void = () => undefined,
): Promise<SandboxStack> {
  const stack = new ReplayedStack(sandbox, files, log);
  await sandbox.deploy(stack);
  return stack;
}
