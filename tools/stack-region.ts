import { join } from "node:path";
import { regionFault } from "../lib/aws/region";
import { ExpectedError } from "../lib/command/expected-error";
import type { StackFiles } from "../pulumi-host/program/stack-files";

/** The region of a stack, by its config. @throws ExpectedError - it has none, or one that cannot be. */
export function regionOf({ config, folder, stack }: StackFiles): string {
  const { "aws:region": region } = config;
  const fault = regionFault(region);
  if (fault === undefined && region !== undefined) return region;
  throw new ExpectedError(`${join(folder, `Pulumi.${stack}.yaml`)}: ${fault}`);
}
