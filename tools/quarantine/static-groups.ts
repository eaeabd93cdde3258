import { DescribeThingGroupCommand } from "@aws-sdk/client-iot";
import { ifMissing } from "../../lib/aws/errors";
import type { Stack } from "./stack";

/** Source: AWS General Reference, "AWS IoT Core thing registry limits": groups that a thing can be in, dynamic ones apart. */
export const MAX_STATIC_GROUPS = 10;

/** The static groups that hold a thing itself. The dynamic ones are told apart only where there are many. */
export async function staticGroupsOf({ iot, ports }: Stack, thingName: string): Promise<readonly string[]> {
  const groups = await ports.directGroupsOf(thingName);
  if (groups.length < MAX_STATIC_GROUPS) return groups;
  const isStatic = async (thingGroupName: string) => {
    const command = new DescribeThingGroupCommand({ thingGroupName });
    const group = await iot.send(command).catch(ifMissing(undefined));
    return group !== undefined && group.queryString === undefined;
  };
  const kinds = await Promise.all(groups.map(isStatic));
  return groups.filter((_, index) => kinds[index]);
}
