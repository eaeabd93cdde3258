import * as sdk from "@aws-sdk/client-iot";
import { type Change, type ResourceHandler, text } from "../handler";
import { changeTags, liveTagList, tagList } from "./tags";

interface GroupProperties {
  readonly description?: string | undefined;
  readonly attributePayload?: { readonly attributes?: Record<string, string> } | undefined;
}

/** Tags of a group or policy. */
export async function iotTags(iot: sdk.IoTClient, arn: string | undefined) {
  const { tags } = await iot.send(new sdk.ListTagsForResourceCommand({ resourceArn: arn }));
  return liveTagList(tags);
}

/** Changes the tags of a group or policy. */
export const changeIotTags = (change: Change, iot: sdk.IoTClient, arn: string | undefined) =>
  changeTags(change, {
    untag: (tagKeys) => iot.send(new sdk.UntagResourceCommand({ resourceArn: arn, tagKeys })),
    tag: (tags) => iot.send(new sdk.TagResourceCommand({ resourceArn: arn, tags })),
  });

/** The provider's input `properties`; absent when a group has none. */
function groupProperties(description: string | undefined, attributes: Record<string, string> | undefined) {
  const properties: GroupProperties = {
    ...(description && { description }),
    ...(attributes && Object.keys(attributes).length > 0 && { attributePayload: { attributes } }),
  };
  return Object.keys(properties).length > 0 ? properties : undefined;
}

/** `aws:iot/thingGroup:ThingGroup`. */
export const thingGroup: ResourceHandler = {
  inputs: ["name", "parentGroupName", "properties", "tags"],
  nested: {
    properties: { description: "anything", attributePayload: { attributes: { "*": "anything" } } },
  },
  computed: ["arn", "metadatas", "version", "tagsAll"],
  volatile: ["version"],
  autoName: "name",
  createOnly: ["name", "parentGroupName"],
  async create(inputs, { clients }) {
    const { description, attributePayload } = (inputs.properties ?? {}) as GroupProperties;
    await clients.iot.send(
      new sdk.CreateThingGroupCommand({
        thingGroupName: text(inputs, "name"),
        parentGroupName: inputs.parentGroupName as string | undefined,
        thingGroupProperties: { thingGroupDescription: description, attributePayload },
        tags: tagList(inputs),
      }),
    );
    return text(inputs, "name");
  },
  async read(id, _known, { clients }) {
    const found = await clients.iot.send(new sdk.DescribeThingGroupCommand({ thingGroupName: id }));
    const { thingGroupDescription, attributePayload } = found.thingGroupProperties ?? {};
    const { tags, tagsAll } = await iotTags(clients.iot, found.thingGroupArn);
    return {
      inputs: {
        name: found.thingGroupName,
        parentGroupName: found.thingGroupMetadata?.parentGroupName,
        properties: groupProperties(thingGroupDescription, attributePayload?.attributes),
        tags,
      },
      outputs: {
        arn: found.thingGroupArn,
        version: found.version,
        metadatas: [{ creationDate: found.thingGroupMetadata?.creationDate?.toISOString() }],
        tagsAll,
      },
    };
  },
  async update(change, { clients }) {
    const { id, inputs, changed } = change;
    const { thingGroupArn } = await clients.iot.send(
      new sdk.DescribeThingGroupCommand({ thingGroupName: id }),
    );
    if (changed.has("properties")) {
      const { description, attributePayload } = (inputs.properties ?? {}) as GroupProperties;
      await clients.iot.send(
        new sdk.UpdateThingGroupCommand({
          thingGroupName: id,
          thingGroupProperties: {
            thingGroupDescription: description ?? "",
            attributePayload: { attributes: attributePayload?.attributes ?? {}, merge: false },
          },
        }),
      );
    }
    await changeIotTags(change, clients.iot, thingGroupArn);
  },
  async delete(id, _known, { clients }) {
    await clients.iot.send(new sdk.DeleteThingGroupCommand({ thingGroupName: id }));
  },
};

/** The provider's id of an attachment holds the policy's name and the target's ARN. */
function attachmentOf(id: string) {
  const bar = id.indexOf("|");
  return { policyName: id.slice(0, bar), target: id.slice(bar + 1) };
}

/** `aws:iot/policyAttachment:PolicyAttachment`. */
export const policyAttachment: ResourceHandler = {
  inputs: ["policy", "target"],
  computed: [],
  createOnly: ["policy", "target"],
  async create(inputs, { clients }) {
    const id = `${text(inputs, "policy")}|${text(inputs, "target")}`;
    await clients.iot.send(new sdk.AttachPolicyCommand(attachmentOf(id)));
    return id;
  },
  async read(id, _known, { clients }) {
    const { policyName, target } = attachmentOf(id);
    const attached = await clients.iot.send(new sdk.ListAttachedPoliciesCommand({ target }));
    const found = attached.policies?.some((policy) => policy.policyName === policyName);
    return found ? { inputs: { policy: policyName, target }, outputs: {} } : undefined;
  },
  async delete(id, _known, { clients }) {
    await clients.iot.send(new sdk.DetachPolicyCommand(attachmentOf(id)));
  },
};
