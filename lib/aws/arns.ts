/** Where ARNs point: the part of an ARN that every resource of a stack shares. */
export interface AwsScope {
  /** `aws`, `aws-cn`, `aws-us-gov` or another partition. */
  readonly partition: string;
  /** Region code, for example `us-east-1`. */
  readonly region: string;
  /** Account id, 12 digits. */
  readonly account: string;
}

/**
 * ARN of a regional resource.
 *
 * Source: AWS General Reference, "Amazon Resource Names (ARNs)"; the resource part of each service is in
 * the Service Authorization Reference, table "Resource types".
 *
 * @param service - service prefix, such as `iot`.
 * @param resource - what follows the account, such as `thinggroup/Quarantine`.
 */
export function regionalArn(scope: AwsScope, service: string, resource: string): string {
  return `arn:${scope.partition}:${service}:${scope.region}:${scope.account}:${resource}`;
}

/** ARN of a resource of a global service: one without a region, such as `role/alerts` of `iam`. */
export function globalArn(scope: Omit<AwsScope, "region">, service: string, resource: string): string {
  return `arn:${scope.partition}:${service}::${scope.account}:${resource}`;
}

/** ARN of an IAM role without a path. */
export const roleArn = (scope: AwsScope, roleName: string): string =>
  globalArn(scope, "iam", `role/${roleName}`);

/** ARN that stands for the account itself: its root user, and in a policy everybody whom its own policies let. */
export const rootArn = (scope: AwsScope): string => globalArn(scope, "iam", "root");

/**
 * ARN of a managed policy of the account.
 *
 * @param policy - its name, with its path where it has one, or its ARN.
 */
export function policyArn(scope: AwsScope, policy: string): string {
  return policy.startsWith("arn:") ? policy : globalArn(scope, "iam", `policy/${policy}`);
}

/** How the names of a partition's regions begin, but for those of `aws`. */
const PARTITIONS: Readonly<Record<string, string>> = {
  "cn-": "aws-cn",
  "us-gov-": "aws-us-gov",
  "eusc-": "aws-eusc",
  "us-iso-": "aws-iso",
  "us-isob-": "aws-iso-b",
  "us-isof-": "aws-iso-f",
  "eu-isoe-": "aws-iso-e",
};

/**
 * The partition that a region belongs to. Source: AWS General Reference, "Amazon Resource Names (ARNs)"; those of the
 * sovereign and isolated clouds: botocore, `data/partitions.json`.
 */
export function partitionOf(region: string): string {
  return Object.entries(PARTITIONS).find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}
