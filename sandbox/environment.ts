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

/** An ARN in the sandbox's account and region, for example `arnOf(env, "iot", "thing/a")`. */
export function arnOf(env: Environment, service: string, resource: string): string {
  return `arn:${env.partition}:${service}:${env.region}:${env.account}:${resource}`;
}
