import type { Role } from "@pulumi/aws/iam";
import { Alias, Key } from "@pulumi/aws/kms";
import { Topic, TopicPolicy } from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { type AwsScope, regionalArn, roleArn } from "../lib/aws/arns";
import { alertKeyPolicy } from "./documents/alert-key";
import { alertRolePermissions, alertRoleTrust } from "./documents/alert-role";
import { alertTopicPolicy } from "./documents/alert-topic";
import { underCreationHooks } from "./name-taken";
import { makeRole } from "./role";
import { type ComponentTags, componentTags } from "./tags";

/** Arguments of {@link AlertTopic}. */
export interface AlertTopicArgs {
  /** Name of the stack, for the tags. */
  readonly stack: string;
  /** Partition, region and account of the topic. */
  readonly scope: AwsScope;
  /** Physical name of the topic, 1 to 256 of `[a-zA-Z0-9_-]`. */
  readonly topicName: string;
  /** Physical name of the role that Device Defender assumes, at most 64 characters. */
  readonly roleName: string;
  /**
   * ARN of the managed policy that bounds what the role may do.
   *
   * @default no boundary
   */
  readonly permissionsBoundaryArn?: string;
  /** Alias of the key, with the prefix `alias/`. */
  readonly keyAlias: string;
  /** Names of the security profiles that may alarm here; no others can assume the role. */
  readonly securityProfileNames: readonly string[];
}

/** The encrypted topic of alarms, and the role by which Device Defender, and nobody else, publishes to it. */
export class AlertTopic extends pulumi.ComponentResource {
  /** ARN of the topic, once it exists. */
  readonly topicArn: pulumi.Output<string>;
  /** ARN of the alert role, once it exists. */
  readonly alertRoleArn: pulumi.Output<string>;

  /** @param opts - the topic is created under its hooks of creation. */
  constructor(name: string, args: AlertTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot-quarantine:index:AlertTopic", name, args, opts);
    const tags = componentTags(args.stack, "AlertTopic");
    const topicArn = regionalArn(args.scope, "sns", args.topicName);
    const { role } = makeRole(
      name,
      {
        name: args.roleName,
        description: "Device Defender assumes it to publish alarms",
        trust: alertRoleTrust(args.scope, args.securityProfileNames),
        permissions: alertRolePermissions(topicArn),
        permissionsBoundaryArn: args.permissionsBoundaryArn,
        tags,
      },
      this,
    );
    const key = this.#makeKey(name, args, tags, role);
    const topic = new Topic(
      `${name}-topic`,
      {
        // Explicit, so that the profile's alert target is known before the topic exists. Not
        // deleteBeforeReplace: only another name replaces it, and the new one can stand beside the old.
        name: args.topicName,
        kmsMasterKeyId: key.arn,
        tags: { ...tags },
      },
      { parent: this, ...underCreationHooks(opts) },
    );
    new TopicPolicy(
      `${name}-policy`,
      {
        arn: topic.arn,
        policy: JSON.stringify(alertTopicPolicy(topicArn, roleArn(args.scope, args.roleName))),
      },
      // SNS refuses a policy that names a role that does not exist.
      { parent: this, dependsOn: role },
    );
    this.topicArn = topic.arn;
    this.alertRoleArn = role.arn;
    this.registerOutputs({ topicArn: this.topicArn, alertRoleArn: this.alertRoleArn });
  }

  #makeKey(name: string, args: AlertTopicArgs, tags: ComponentTags, role: Role): Key {
    const key = new Key(
      `${name}-key`,
      {
        description: "Encrypts the alarms of Device Defender",
        enableKeyRotation: true,
        policy: JSON.stringify(alertKeyPolicy(args.scope, roleArn(args.scope, args.roleName))),
        tags: { ...tags },
      },
      // KMS refuses a policy that names a role that does not exist.
      { parent: this, dependsOn: role },
    );
    // Explicit, so that a person finds the key. Not deleteBeforeReplace: only another name replaces it.
    new Alias(`${name}-key-alias`, { name: args.keyAlias, targetKeyId: key.keyId }, { parent: this });
    return key;
  }
}
