import type { AwsScope } from "../../../lib/aws/arns";
import type { RegisteredResource } from "./stack-names";

/** A stack, for which a role is to be limited. */
export interface RoleSubject {
  /** Partition, region and account that the stack is in. */
  readonly scope: AwsScope;
  /** Name of the Pulumi project. */
  readonly project: string;
  /** Name of the stack. */
  readonly stack: string;
  /** Everything that the program registers. */
  readonly resources: readonly RegisteredResource[];
  /** Bucket of the state; absent where the state is elsewhere. */
  readonly stateBucket?: string;
}
