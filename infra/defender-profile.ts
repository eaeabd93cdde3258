import { SecurityProfile } from "@pulumi/aws-native/iot/securityProfile";
import { Provider } from "@pulumi/aws-native/provider";
import * as pulumi from "@pulumi/pulumi";
import type { AwsScope } from "../lib/aws/arns";
import { targetArn } from "../lib/aws/targets";
import { defined } from "../lib/defined";
import { formatFault } from "../lib/detect/fault";
import { type AwsCredentials, nativeProviderArgs } from "./aws-credentials";
import { renderBehavior } from "./config/security-profile-behaviors";
import { type SecurityProfileSpec, securityProfileFaults } from "./config/security-profiles";
import { underCreationHooks } from "./name-taken";
import { componentTags, tagList } from "./tags";

/** Arguments of {@link DefenderProfile}. */
export interface DefenderProfileArgs {
  /** Name of the stack, for the tags. */
  readonly stack: string;
  /** Partition, region and account that the `aws` provider acts in. */
  readonly scope: AwsScope;
  /** How the `aws` provider comes by its credentials. */
  readonly credentials: AwsCredentials;
  /** The security profiles, at least one. */
  readonly profiles: readonly SecurityProfileSpec[];
  /** ARN of the alert topic; a plain string, so that a policy can judge it in a first preview. */
  readonly alertTopicArn: string;
  /** ARN of the role that Device Defender publishes with; a plain string for the same reason. */
  readonly alertRoleArn: string;
}

/** Name and ARN of a security profile that was made. */
export interface MadeSecurityProfile {
  /** Physical name. */
  readonly name: string;
  /** ARN, as AWS gave it. */
  readonly arn: string;
}

/**
 * The Detect security profiles: what is normal, for which devices, and whom to tell.
 *
 * Give it all that closes the loop in `dependsOn`: it is made after all of that and destroyed before it, so
 * that no alarm is ever raised into a loop that is not closed.
 */
export class DefenderProfile extends pulumi.ComponentResource {
  /** The profiles that were made, in the order of `profiles`. */
  readonly securityProfiles: pulumi.Output<MadeSecurityProfile[]>;

  /**
   * @param opts - each profile gets its `dependsOn` and its hooks of creation.
   * @throws RunError that lists all faults of `profiles`.
   */
  constructor(name: string, args: DefenderProfileArgs, opts?: pulumi.ComponentResourceOptions) {
    // How to come by credentials is the provider's business, and the state's to keep once.
    const { credentials, ...visible } = args;
    super("iot-quarantine:index:DefenderProfile", name, visible, opts);
    const faults = securityProfileFaults(args.profiles, "profiles");
    if (faults.length > 0) throw new pulumi.RunError(faults.map(formatFault).join("\n"));
    const { profile, assumeRole, ...where } = nativeProviderArgs(args.scope, credentials);
    // The state keeps a provider's arguments: an external id stays as secret there as it is in the config.
    const sealed = {
      ...(profile === undefined ? {} : { profile: pulumi.secret(profile) }),
      ...(assumeRole === undefined ? {} : { assumeRole: pulumi.secret(assumeRole) }),
    };
    const provider = new Provider(`${name}-provider`, { ...where, ...sealed }, { parent: this });
    const options: pulumi.CustomResourceOptions = {
      parent: this,
      provider,
      // A component's dependencies hold back its children only while they are made; named on the child they
      // also order its destruction.
      ...defined({ dependsOn: opts?.dependsOn }),
      ...underCreationHooks(opts),
    };
    const made = args.profiles.map((spec) => ({
      name: spec.name,
      // The physical name is explicit, so that the alert role's trust can name the profile before it
      // exists. Not deleteBeforeReplace: only another name replaces it, and then the new one watches before
      // the old one goes. The logical name holds the physical one, so that a change of order in the config
      // moves nothing.
      arn: new SecurityProfile(`${name}-${spec.name}`, securityProfileArgs(spec, args), options)
        .securityProfileArn,
    }));
    this.securityProfiles = pulumi.output(made);
    this.registerOutputs({ securityProfiles: this.securityProfiles });
  }
}

function securityProfileArgs(spec: SecurityProfileSpec, args: DefenderProfileArgs) {
  const { additionalMetricsToRetain: retained = [], metricsExport } = spec;
  return {
    securityProfileName: spec.name,
    ...defined({ securityProfileDescription: spec.description }),
    // What is empty AWS leaves out of its answers.
    ...(spec.behaviors.length === 0 ? {} : { behaviors: spec.behaviors.map(renderBehavior) }),
    // The key is AWS's own spelling, and the only kind of target there is. Source: AWS IoT API Reference,
    // "CreateSecurityProfile", `alertTargets`.
    alertTargets: { SNS: { alertTargetArn: args.alertTopicArn, roleArn: args.alertRoleArn } },
    targetArns: spec.targets.map((target) => targetArn(args.scope, target)),
    ...(retained.length === 0 ? {} : { additionalMetricsToRetainV2: [...retained] }),
    ...defined({ metricsExportConfig: metricsExport }),
    tags: tagList(componentTags(args.stack, "DefenderProfile")),
  };
}
