import { AttachPolicyCommand, CreatePolicyCommand, CreateThingGroupCommand } from "@aws-sdk/client-iot";
import { type ResourceHandler, tagList, text } from "../handler";

interface GroupProperties {
  readonly description?: string;
  readonly attributePayload?: { readonly attributes?: Record<string, string> };
}

/** `aws:iot/thingGroup:ThingGroup`. */
export const thingGroup: ResourceHandler = {
  inputs: ["name", "parentGroupName", "properties", "tags"],
  computed: ["arn", "metadatas", "version", "tagsAll"],
  autoName: "name",
  async create(inputs, { clients }) {
    const { description, attributePayload } = (inputs.properties ?? {}) as GroupProperties;
    const made = await clients.iot.send(
      new CreateThingGroupCommand({
        thingGroupName: text(inputs, "name"),
        parentGroupName: inputs.parentGroupName as string | undefined,
        thingGroupProperties: { thingGroupDescription: description, attributePayload },
        tags: tagList(inputs),
      }),
    );
    return {
      id: text(inputs, "name"),
      outputs: { arn: made.thingGroupArn, version: 1, tagsAll: inputs.tags },
    };
  },
};

/** `aws:iot/policy:Policy`. */
export const policy: ResourceHandler = {
  inputs: ["name", "policy", "tags"],
  computed: ["arn", "defaultVersionId", "tagsAll"],
  autoName: "name",
  async create(inputs, { clients }) {
    const made = await clients.iot.send(
      new CreatePolicyCommand({
        policyName: text(inputs, "name"),
        policyDocument: text(inputs, "policy"),
        tags: tagList(inputs),
      }),
    );
    const outputs = { arn: made.policyArn, defaultVersionId: made.policyVersionId, tagsAll: inputs.tags };
    return { id: text(inputs, "name"), outputs };
  },
};

/** `aws:iot/policyAttachment:PolicyAttachment`. */
export const policyAttachment: ResourceHandler = {
  inputs: ["policy", "target"],
  computed: [],
  async create(inputs, { clients }) {
    const [policyName, target] = [text(inputs, "policy"), text(inputs, "target")];
    await clients.iot.send(new AttachPolicyCommand({ policyName, target }));
    return { id: `${policyName}|${target}`, outputs: {} };
  },
};
