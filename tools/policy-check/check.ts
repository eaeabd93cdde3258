import { regionOf } from "../stack-region";
import { judge } from "./judge";
import { repositoryRoot } from "./location";
import { readPackConfig, reconciledConfig } from "./pack/pack-config";
import type { PackConfig, PackInfo } from "./pack/pack-info";
import { PackProcess } from "./pack/pack-process";
import { type PolicyReport, reportOf } from "./report";
import { type ProgramRun, registeredResources, withProviders } from "./resources";

/** What is to be checked, and by which pack. */
export interface PolicyCheck extends Omit<ProgramRun, "region"> {
  /** Folder of the pack. */
  readonly pack: string;
  /** File that configures the pack. */
  readonly config?: string;
}

interface ConfiguredPack {
  readonly process: PackProcess;
  readonly info: PackInfo;
  readonly config: PackConfig;
}

/** The engine tells a pack the stack and its config. Source: pulumi/pulumi,
 * sdk/go/common/resource/plugin/analyzer_plugin.go, `constructEnv`. */
function packEnvironment({ files, up }: PolicyCheck): Record<string, string> {
  const facts = {
    ORGANIZATION: "organization",
    PROJECT: files.project,
    STACK: files.stack,
    DRY_RUN: `${!up}`,
  };
  const entries = Object.entries(facts).flatMap(([name, value]) => [
    [`PULUMI_${name}`, value],
    [`PULUMI_NODEJS_${name}`, value],
  ]);
  return { ...Object.fromEntries(entries), PULUMI_CONFIG: JSON.stringify(files.config) };
}

async function configuredPack(check: PolicyCheck, signal: AbortSignal): Promise<ConfiguredPack> {
  const file = check.config === undefined ? {} : readPackConfig(check.config);
  const process = await PackProcess.start({
    folder: check.pack,
    environment: packEnvironment(check),
    signal,
  });
  try {
    const info = await process.info();
    const config = reconciledConfig(info, file);
    await process.configure(config);
    return { process, info, config };
  } catch (error) {
    await process.stop();
    throw error;
  }
}

/**
 * Runs the real pack process over the resources that the real program registers, the two side by side.
 *
 * @returns How every policy came out.
 * @throws ExpectedError - the stack has no region.
 * @throws DeployError - the program is broken or the sandbox cannot make its resources.
 * @throws PackError - the pack is broken.
 * @throws PackConfigError - the pack's config is wrong.
 */
export async function checkPolicies(check: PolicyCheck): Promise<PolicyReport> {
  const region = regionOf(check.files);
  const failed = new AbortController();
  const signal = AbortSignal.any([check.signal, failed.signal]);
  const starting = configuredPack(check, signal);
  const running = registeredResources({ ...check, region, signal });
  try {
    const [{ process, info, config }, registered] = await Promise.all([starting, running]);
    const resources = withProviders(check.files, registered);
    const findings = await judge(process, info, resources, repositoryRoot(check.files.folder));
    const { project, stack } = check.files;
    const values = check.up ? "up" : "preview";
    return reportOf({ project, stack, values, resources: resources.length }, info, config, findings);
  } finally {
    // Whichever of the two failed, the other must not be left behind.
    failed.abort();
    const [pack] = await Promise.allSettled([starting, running]);
    if (pack.status === "fulfilled") await pack.value.process.stop();
  }
}
