import { partitionOf } from "../../lib/aws/arns";
import type { Properties } from "../resources/property-values";

/** Where the program is told that it acts. */
export interface InvokeFacts {
  readonly account: string;
  readonly region: string;
  /** Host of the data endpoint, without a scheme. */
  readonly iotDataEndpoint: string;
}

/** DNS suffix of a partition. Source: AWS General Reference, "Amazon Resource Names (ARNs)". */
const dnsSuffix = (partition: string) => (partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com");

/**
 * Answers the provider's functions that a program may call.
 *
 * @throws Error - the function is not one of them.
 */
export function answerInvoke(token: string, args: Properties, facts: InvokeFacts): Properties {
  const { account, region, iotDataEndpoint } = facts;
  const partition = partitionOf(region);
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        id: account,
        accountId: account,
        arn: `arn:${partition}:iam::${account}:root`,
        userId: account,
      };
    case "aws:index/getRegion:getRegion":
      return {
        id: region,
        region,
        name: region,
        description: region,
        endpoint: `ec2.${region}.amazonaws.com`,
      };
    case "aws:index/getPartition:getPartition":
      return { id: partition, partition, dnsSuffix: dnsSuffix(partition), reverseDnsPrefix: "com.amazonaws" };
    case "aws:iot/getEndpoint:getEndpoint":
      return {
        id: iotDataEndpoint,
        endpointAddress: iotDataEndpoint,
        endpointType: args.endpointType,
        region,
      };
    default:
      throw new Error(
        `The sandbox cannot answer the function ${token}; add it to pulumi-host/program/invokes.ts.`,
      );
  }
}
