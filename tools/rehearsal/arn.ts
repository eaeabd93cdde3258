import { partitionOf, regionalArn } from "../../lib/aws/arns";
import type { Stage } from "./stage";

/** ARN of a resource of AWS IoT. */
export const iotArn = ({ region, account }: Pick<Stage, "region" | "account">, resource: string): string =>
  regionalArn({ partition: partitionOf(region), region, account }, "iot", resource);
