import * as sdk from "@aws-sdk/client-cloudwatch-logs";
import { completing, type HandlerContext, type ResourceHandler, text } from "../handler";
import { changeTags, liveTags, tagMap } from "./tags";

/** The provider's ARN is the one without the trailing `:*` that the API adds. */
const bareArn = (arn: string | undefined) => arn?.replace(/:\*$/, "");

async function logGroupNamed(logGroupName: string, { clients }: HandlerContext) {
  const { logGroups = [] } = await clients.logs.send(
    new sdk.DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
  );
  return logGroups.find((group) => group.logGroupName === logGroupName);
}

/** Sets how long events are kept; 0 days is for ever. */
async function setRetention(logGroupName: string, days: unknown, { clients }: HandlerContext): Promise<void> {
  if (days) {
    const retentionInDays = Number(days);
    await clients.logs.send(new sdk.PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
  } else {
    await clients.logs.send(new sdk.DeleteRetentionPolicyCommand({ logGroupName }));
  }
}

/** `aws:cloudwatch/logGroup:LogGroup`. */
export const logGroup: ResourceHandler = {
  inputs: ["name", "retentionInDays", "tags"],
  computedIfAbsent: { logGroupClass: "STANDARD", namePrefix: "" },
  computed: ["arn", "tagsAll"],
  autoName: "name",
  createOnly: ["name"],
  // 0 keeps events for ever.
  defaults: { retentionInDays: 0 },
  async create(inputs, context) {
    const name = text(inputs, "name");
    const { logs } = context.clients;
    await logs.send(new sdk.CreateLogGroupCommand({ logGroupName: name, tags: tagMap(inputs) }));
    return completing(
      name,
      async () => inputs.retentionInDays && setRetention(name, inputs.retentionInDays, context),
    );
  },
  async read(id, _known, context) {
    const found = await logGroupNamed(id, context);
    if (!found) return undefined;
    const arn = bareArn(found.arn);
    const listed = await context.clients.logs.send(new sdk.ListTagsForResourceCommand({ resourceArn: arn }));
    const { tags, tagsAll } = liveTags(listed.tags);
    return {
      inputs: { name: id, retentionInDays: found.retentionInDays, tags },
      outputs: { arn, logGroupClass: found.logGroupClass, tagsAll },
    };
  },
  async update(change, context) {
    const { logs } = context.clients;
    const { id, inputs, changed } = change;
    if (changed.has("retentionInDays")) await setRetention(id, inputs.retentionInDays, context);
    const resourceArn = bareArn((await logGroupNamed(id, context))?.arn);
    await changeTags(change, {
      untag: (tagKeys) => logs.send(new sdk.UntagResourceCommand({ resourceArn, tagKeys })),
      tag: () => logs.send(new sdk.TagResourceCommand({ resourceArn, tags: tagMap(inputs) })),
    });
  },
  async delete(id, _known, { clients }) {
    await clients.logs.send(new sdk.DeleteLogGroupCommand({ logGroupName: id }));
  },
};
