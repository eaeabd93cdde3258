/** Where ARNs point: the part of an ARN that every resource of a stack shares. */
export interface AwsScope {
  /** `aws`, `aws-cn`, `aws-us-gov` or another partition. */
  readonly partition: string;
  /** Region code, for example `us-east-1`. */
  readonly region: string;
  /** Account id, 12 digits. */
  readonly accountId: string;
}

/**
 * ARN of a regional resource.
 *
 * Source: AWS General Reference, "Amazon Resource Names (ARNs)"; the resource part of each service is in
 * the Service Authorization Reference, table "Resource types".
 *
 * @param scope partition, region and account.
 * @param service service prefix, such as `iot`.
 * @param resource what follows the account, such as `thinggroup/Quarantine`.
 */
export function regionalArn(scope: AwsScope, service: string, resource: string): string {
  return `arn:${scope.partition}:${service}:${scope.region}:${scope.accountId}:${resource}`;
}

/**
 * ARN of an IAM role without a path. IAM is global: its ARNs have no region.
 *
 * @param scope partition and account.
 * @param roleName name of the role.
 */
export function roleArn(scope: AwsScope, roleName: string): string {
  return `arn:${scope.partition}:iam::${scope.accountId}:role/${roleName}`;
}

/**
 * ARN of a managed policy of the account.
 *
 * @param scope partition and account.
 * @param policy its name, with its path where it has one, or its ARN.
 */
export function policyArn(scope: AwsScope, policy: string): string {
  return policy.startsWith("arn:")
    ? policy
    : `arn:${scope.partition}:iam::${scope.accountId}:policy/${policy}`;
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
