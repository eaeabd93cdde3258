import { ThingGroup } from "@pulumi/aws/iot";
import * as pulumi from "@pulumi/pulumi";
import { underCreationHooks } from "./name-taken";
import { componentTags } from "./tags";

/** Arguments of {@link QuarantineGroup}. */
export interface QuarantineGroupArgs {
  /** Name of the stack, for the tags. */
  readonly stack: string;
  /** Physical name of the group, 1 to 128 of `[a-zA-Z0-9:_-]`. */
  readonly groupName: string;
  /** Whether Pulumi refuses to delete or replace the group, which would free every quarantined device. */
  readonly protect: boolean;
}

/**
 * The thing group of quarantined devices.
 *
 * It is static, as a dynamic group can hold no policy, and without a parent, as a thing cannot be in two
 * groups of one hierarchy. Source: AWS IoT Core Developer Guide, "Dynamic thing groups" and "Static thing
 * groups".
 */
export class QuarantineGroup extends pulumi.ComponentResource {
  /** Name of the group. */
  readonly groupName: pulumi.Output<string>;
  /** ARN of the group. */
  readonly groupArn: pulumi.Output<string>;

  /** @param opts - the group is created under its hooks of creation. */
  constructor(name: string, args: QuarantineGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot-quarantine:index:QuarantineGroup", name, args, opts);
    const group = new ThingGroup(
      `${name}-group`,
      {
        // Explicit, as operators and devices know it by name. Not deleteBeforeReplace: only another name
        // replaces it, and the new group and its policy stand before the old one lets its devices go.
        name: args.groupName,
        properties: { description: "Devices that raised an alarm; its policy denies all but their shadow" },
        tags: { ...componentTags(args.stack, "QuarantineGroup") },
      },
      { parent: this, protect: args.protect, ...underCreationHooks(opts) },
    );
    this.groupName = group.name;
    this.groupArn = group.arn;
    this.registerOutputs({ groupName: this.groupName, groupArn: this.groupArn });
  }
}
