import type { AwsScope } from "../lib/aws/arns";
import type { VirtualClock } from "./clock/virtual-clock";

/** Where and when the sandbox pretends to be; every service is given it. */
export interface Environment extends AwsScope {
  /** The virtual clock. */
  readonly clock: VirtualClock;
  /** Base URL of the HTTP endpoint, without a slash at its end. */
  readonly endpoint: string;
  /** Writes one line of progress for a person (standard error in the command). */
  readonly log: (line: string) => void;
}
