import * as sdk from "@aws-sdk/client-iot";
import { type ResourceHandler, text } from "../handler";
import { changeIotTags, iotTags } from "./iot";
import { tagList } from "./tags";

/** AWS IoT Core Developer Guide, "AWS IoT Core policies": a policy has up to five versions. */
const MAX_VERSIONS = 5;

/** Versions beside the default one, oldest first. */
async function otherVersions(iot: sdk.IoTClient, policyName: string): Promise<string[]> {
  const { policyVersions = [] } = await iot.send(new sdk.ListPolicyVersionsCommand({ policyName }));
  return policyVersions
    .filter((version) => !version.isDefaultVersion)
    .map(({ versionId = "" }) => versionId)
    .sort((a, b) => Number(a) - Number(b));
}

async function deleteVersions(
  iot: sdk.IoTClient,
  policyName: string,
  versions: readonly string[],
): Promise<void> {
  for (const policyVersionId of versions) {
    await iot.send(new sdk.DeletePolicyVersionCommand({ policyName, policyVersionId }));
  }
}

/** `aws:iot/policy:Policy`. */
export const policy: ResourceHandler = {
  inputs: ["name", "policy", "tags"],
  computed: ["arn", "defaultVersionId", "tagsAll"],
  volatile: ["defaultVersionId"],
  autoName: "name",
  createOnly: ["name"],
  async create(inputs, { clients }) {
    await clients.iot.send(
      new sdk.CreatePolicyCommand({
        policyName: text(inputs, "name"),
        policyDocument: text(inputs, "policy"),
        tags: tagList(inputs),
      }),
    );
    return text(inputs, "name");
  },
  async read(id, _known, { clients }) {
    const found = await clients.iot.send(new sdk.GetPolicyCommand({ policyName: id }));
    const { tags, tagsAll } = await iotTags(clients.iot, found.policyArn);
    return {
      inputs: { name: found.policyName, policy: found.policyDocument, tags },
      outputs: { arn: found.policyArn, defaultVersionId: found.defaultVersionId, tagsAll },
    };
  },
  async update(change, { clients }) {
    const { id: policyName, inputs, changed } = change;
    if (changed.has("policy")) {
      const others = await otherVersions(clients.iot, policyName);
      await deleteVersions(
        clients.iot,
        policyName,
        others.slice(0, Math.max(0, others.length + 2 - MAX_VERSIONS)),
      );
      const policyDocument = text(inputs, "policy");
      await clients.iot.send(
        new sdk.CreatePolicyVersionCommand({ policyName, policyDocument, setAsDefault: true }),
      );
    }
    const { policyArn } = await clients.iot.send(new sdk.GetPolicyCommand({ policyName }));
    await changeIotTags(change, clients.iot, policyArn);
  },
  async delete(id, _known, { clients }) {
    await deleteVersions(clients.iot, id, await otherVersions(clients.iot, id));
    await clients.iot.send(new sdk.DeletePolicyCommand({ policyName: id }));
  },
};
