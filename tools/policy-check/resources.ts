import { deploy } from "../../pulumi-host/program/deploy";
import type { DeployedResource } from "../../pulumi-host/program/deployment";
import type { StackFiles } from "../../pulumi-host/program/stack-files";
import type { Properties } from "../../pulumi-host/resources/property-values";
import type { JudgedResource } from "./pack/requests";

/** Whose resources are to be known, and how. */
export interface ProgramRun {
  readonly files: StackFiles;
  /** The stack's. */
  readonly region: string;
  /** Whether to deploy into the sandbox first. */
  readonly up: boolean;
  /** Takes one line of progress. */
  readonly log: (line: string) => void;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

/** The account that AWS's documentation uses; the sandbox is it too. */
const ACCOUNT = "123456789012";
const PROVIDERS = "pulumi:providers:";

async function previewed({ files, region, log, signal }: ProgramRun): Promise<readonly DeployedResource[]> {
  const preview = await deploy({
    files,
    account: ACCOUNT,
    region,
    iotDataEndpoint: `preview-ats.iot.${region}.amazonaws.com`,
    signal,
    // A preview makes nothing: only what the program itself has to say is worth a line.
    log: (line) => {
      if (/^(info|warning): /.test(line)) log(line);
    },
  });
  return preview.resources;
}

async function deployed({ files, region, log, signal }: ProgramRun): Promise<readonly DeployedResource[]> {
  // The sandbox is large, and a preview does without it.
  const [{ startSandbox }, { deployStack }] = await Promise.all([
    import("../../sandbox/start-sandbox"),
    import("../sandbox/deploy-stack"),
  ]);
  const sandbox = await startSandbox({ port: 0, region, log });
  const stop = () => void sandbox.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { deployed } = await deployStack(sandbox, files, log);
    return deployed.resources;
  } finally {
    signal.removeEventListener("abort", stop);
    await sandbox.stop();
  }
}

/** The resources that the unmodified program registers. @throws DeployError - the program is broken. */
export const registeredResources = (run: ProgramRun): Promise<readonly DeployedResource[]> =>
  run.up ? deployed(run) : previewed(run);

/** The default provider of a package, which the engine makes of the stack's config. */
function defaultProvider(
  { project, stack, config }: StackFiles,
  { type, version }: DeployedResource,
): DeployedResource {
  const [prefix = ""] = type.split(":");
  const name = version === "" ? "default" : `default_${version.replace(/\W/g, "_")}`;
  const providerType = `${PROVIDERS}${prefix}`;
  const settings = Object.entries(config).filter(([key]) => key.startsWith(`${prefix}:`));
  const inputs: Properties = Object.fromEntries(
    settings.map(([key, value]) => [key.slice(prefix.length + 1), value]),
  );
  if (version !== "") inputs.version = version;
  return {
    type: providerType,
    name,
    urn: `urn:pulumi:${stack}::${project}::${providerType}::${name}`,
    parent: "",
    custom: true,
    inputs,
    outputs: inputs,
    provider: "",
    version,
    dependencies: [],
    propertyDependencies: {},
    protect: false,
    options: {
      ignoreChanges: [],
      additionalSecretOutputs: [],
      aliases: [],
      customTimeouts: { create: 0, update: 0, delete: 0 },
    },
  };
}

const isMade = ({ custom, type }: DeployedResource) => custom && !type.startsWith("pulumi:");

/**
 * Finds the provider of each resource and adds default providers, as the engine does: policies see them too.
 *
 * Source: pulumi/pulumi, pkg/resource/deploy/step_generator.go, `getProviderResource`.
 */
export function withProviders(files: StackFiles, resources: readonly DeployedResource[]): JudgedResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const defaults = new Map<string, DeployedResource>();
  const judged = resources.map((resource): JudgedResource => {
    if (!isMade(resource)) return { resource };
    if (resource.provider !== "") {
      // A reference is the URN, two colons and the id.
      const provider = byUrn.get(resource.provider.slice(0, resource.provider.lastIndexOf("::")));
      return provider ? { resource, provider } : { resource };
    }
    const provider = defaultProvider(files, resource);
    defaults.set(provider.urn, provider);
    return { resource, provider };
  });
  return [...[...defaults.values()].map((resource) => ({ resource })), ...judged];
}
