import type { VirtualClock } from "./clock/virtual-clock";

/** Where and when the sandbox pretends to be; every service is given it. */
export interface Environment {
  /** Account id, 12 digits. */
  readonly account: string;
  /** Region, for example `us-east-1`. */
  readonly region: string;
  /** Partition that the region belongs to. */
  readonly partition: string;
  /** The virtual clock. */
  readonly clock: VirtualClock;
  /** Base URL of the HTTP endpoint, without a slash at its end. */
  readonly endpoint: string;
  /** Writes one line of progress for a person (standard error in the command). */
  readonly log: (line: string) => void;
}

/** The partition that a region belongs to. Source: AWS General Reference, "Amazon Resource Names (ARNs)". */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}

/** An ARN in the sandbox's account and region, for example `arnOf(env, "iot", "thing/a")`. */
export function arnOf(env: Environment, service: string, resource: string): string {
  return `arn:${env.partition}:${service}:${env.region}:${env.account}:${resource}`;
}

/** The keys that sign requests to the sandbox: nobody is to be asked to log in for it. */
export const signingKeys = ({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }: NodeJS.ProcessEnv) => ({
  AWS_ACCESS_KEY_ID: AWS_ACCESS_KEY_ID ?? "sandbox",
  AWS_SECRET_ACCESS_KEY: AWS_SECRET_ACCESS_KEY ?? "sandbox",
});
