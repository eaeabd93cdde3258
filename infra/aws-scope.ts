import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getPartition } from "@pulumi/aws/getPartition";
import { getRegion } from "@pulumi/aws/getRegion";
import { getEndpoint } from "@pulumi/aws/iot";
import { Config, RunError } from "@pulumi/pulumi";
import type { AwsScope } from "../lib/aws/arns";
import { regionFault } from "../lib/aws/region";

/** What the program asks AWS before it makes anything. */
export interface AwsSurroundings {
  /** Partition, region and account that the `aws` provider acts in. */
  readonly scope: AwsScope;
  /**
   * Host name of the account's `iot:Data-ATS` endpoint in that region, without a scheme.
   * Source: AWS IoT API Reference, "DescribeEndpoint", parameter `endpointType`.
   */
  readonly iotDataEndpoint: string;
}

/**
 * Asks the default `aws` provider where it acts.
 *
 * Plain values rather than outputs: names, ARNs and policy documents made of them are plain data, which
 * a policy can judge in a stack's first preview.
 *
 * @returns the scope and the data endpoint.
 * @throws RunError if the config's region cannot be one.
 * @throws whatever the provider answers, such as missing credentials.
 */
export async function lookUpSurroundings(): Promise<AwsSurroundings> {
  // A profile or a variable may name it too; what the config says is asked about before the provider does.
  const configured = new Config("aws").get("region");
  const fault = configured === undefined ? undefined : regionFault(configured);
  if (fault !== undefined) throw new RunError(fault);
  const [identity, region, partition, endpoint] = await Promise.all([
    getCallerIdentity({}),
    getRegion({}),
    getPartition({}),
    getEndpoint({ endpointType: "iot:Data-ATS" }),
  ]);
  return {
    scope: { partition: partition.partition, region: region.region, account: identity.accountId },
    iotDataEndpoint: endpoint.endpointAddress,
  };
}
