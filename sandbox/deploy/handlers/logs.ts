import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { type ResourceHandler, tagMap, text } from "../handler";

/** `aws:cloudwatch/logGroup:LogGroup`. */
export const logGroup: ResourceHandler = {
  inputs: ["name", "retentionInDays", "tags"],
  computed: ["arn", "tagsAll"],
  autoName: "name",
  async create(inputs, { clients }) {
    const logGroupName = text(inputs, "name");
    await clients.logs.send(new CreateLogGroupCommand({ logGroupName, tags: tagMap(inputs) }));
    if (inputs.retentionInDays) {
      const retentionInDays = Number(inputs.retentionInDays);
      await clients.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
    }
    const { logGroups = [] } = await clients.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
    );
    const found = logGroups.find((group) => group.logGroupName === logGroupName);
    // The provider's ARN is the one without the trailing `:*` that the API adds.
    return { id: logGroupName, outputs: { arn: found?.arn?.replace(/:\*$/, ""), tagsAll: inputs.tags } };
  },
};
