import { Policy, PolicyAttachment } from "@pulumi/aws/iot";
import * as pulumi from "@pulumi/pulumi";
import type { AwsScope } from "../lib/aws/arns";
import { type QuarantineAllowance, restrictivePolicy } from "./documents/restrictive-policy";
import { componentTags } from "./tags";

/** Arguments of {@link RestrictivePolicy}. */
export interface RestrictivePolicyArgs {
  /** Name of the stack, for the tags. */
  readonly stack: string;
  /** Partition, region and account of the devices. */
  readonly scope: AwsScope;
  /** Physical name of the policy, 1 to 128 of `[a-zA-Z0-9_+=,.@-]`. */
  readonly policyName: string;
  /** What a quarantined device may still do. */
  readonly allows: readonly QuarantineAllowance[];
  /** ARN of the quarantine group. */
  readonly groupArn: pulumi.Input<string>;
  /** Whether Pulumi refuses to delete or replace policy and attachment, as it does the group: without them it holds nobody. */
  readonly protect: boolean;
}

/** The IoT policy that fences a quarantined device off, attached to the quarantine group. */
export class RestrictivePolicy extends pulumi.ComponentResource {
  /** Name of the policy. */
  readonly policyName: pulumi.Output<string>;

  /** @throws Error when the policy is longer than AWS takes. */
  constructor(name: string, args: RestrictivePolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot-quarantine:index:RestrictivePolicy", name, args, opts);
    const policy = new Policy(
      `${name}-policy`,
      {
        // Explicit, as operators know it by name. Not deleteBeforeReplace: only another name replaces it, and
        // the group must never be without a policy.
        name: args.policyName,
        policy: JSON.stringify(restrictivePolicy(args.scope, args.allows)),
        tags: { ...componentTags(args.stack, "RestrictivePolicy") },
      },
      { parent: this, protect: args.protect },
    );
    new PolicyAttachment(
      `${name}-attachment`,
      { policy: policy.name, target: args.groupArn },
      { parent: this, protect: args.protect },
    );
    this.policyName = policy.name;
    this.registerOutputs({ policyName: this.policyName });
  }
}
