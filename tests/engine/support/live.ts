import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import {
  DescribeSecurityProfileCommand,
  ListPoliciesCommand,
  ListSecurityProfilesCommand,
  ListTargetsForSecurityProfileCommand,
  ListThingGroupsCommand,
} from "@aws-sdk/client-iot";
import { ListAliasesCommand } from "@aws-sdk/client-kms";
import { ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListSubscriptionsCommand, ListTopicsCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import type { Clients } from "../../../pulumi-host/resources/clients";

/** A profile as Device Defender has it, its lists in alphabetical order. */
export interface LiveProfile {
  /** Each behavior's name and count. */
  readonly behaviors: readonly string[];
  /** The last part of each target's ARN. */
  readonly targets: readonly string[];
  readonly alertTarget: string | undefined;
}

/** Reads a profile by SDK calls. */
export async function liveProfile({ iot }: Clients, securityProfileName: string): Promise<LiveProfile> {
  const found = await iot.send(new DescribeSecurityProfileCommand({ securityProfileName }));
  const { securityProfileTargets = [] } = await iot.send(
    new ListTargetsForSecurityProfileCommand({ securityProfileName }),
  );
  return {
    behaviors: (found.behaviors ?? [])
      .map(({ name, criteria }) => `${name} ${criteria?.value?.count}`)
      .sort(),
    targets: securityProfileTargets.map(({ arn = "" }) => arn.split("/").at(-1) ?? "").sort(),
    alertTarget: found.alertTargets?.SNS?.alertTargetArn,
  };
}

/** The names of everything in an account that a stack makes, KMS keys excepted: they are deleted days later. */
export async function namesIn({ iam, iot, kms, lambda, logs, sns, sqs }: Clients): Promise<string[]> {
  const roles = await iam.send(new ListRolesCommand({}));
  const profiles = await iot.send(new ListSecurityProfilesCommand({}));
  const groups = await iot.send(new ListThingGroupsCommand({}));
  const policies = await iot.send(new ListPoliciesCommand({}));
  const aliases = await kms.send(new ListAliasesCommand({}));
  const functions = await lambda.send(new ListFunctionsCommand({}));
  const logGroups = await logs.send(new DescribeLogGroupsCommand({}));
  const topics = await sns.send(new ListTopicsCommand({}));
  const subscriptions = await sns.send(new ListSubscriptionsCommand({}));
  const queues = await sqs.send(new ListQueuesCommand({}));
  return [
    ...(roles.Roles ?? []).map(({ RoleName }) => `role ${RoleName}`),
    ...(profiles.securityProfileIdentifiers ?? []).map(({ name }) => `profile ${name}`),
    ...(groups.thingGroups ?? []).map(({ groupName }) => `group ${groupName}`),
    ...(policies.policies ?? []).map(({ policyName }) => `policy ${policyName}`),
    ...(aliases.Aliases ?? []).map(({ AliasName }) => `alias ${AliasName}`),
    ...(functions.Functions ?? []).map(({ FunctionName }) => `function ${FunctionName}`),
    ...(logGroups.logGroups ?? []).map(({ logGroupName }) => `log ${logGroupName}`),
    ...(topics.Topics ?? []).map(({ TopicArn }) => `topic ${TopicArn}`),
    ...(subscriptions.Subscriptions ?? []).map(({ SubscriptionArn }) => `subscription ${SubscriptionArn}`),
    ...(queues.QueueUrls ?? []).map((url) => `queue ${url}`),
  ].sort();
}
