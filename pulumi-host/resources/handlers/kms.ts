import * as sdk from "@aws-sdk/client-kms";
import { completing, type ResourceHandler, text } from "../handler";
import { changeTags, liveTagList, tagList } from "./tags";

const asKmsTag = ({ Key, Value }: { Key: string; Value: string }) => ({ TagKey: Key, TagValue: Value });

const setRotation = (kms: sdk.KMSClient, KeyId: string, enabled: boolean) =>
  enabled
    ? kms.send(new sdk.EnableKeyRotationCommand({ KeyId }))
    : kms.send(new sdk.DisableKeyRotationCommand({ KeyId }));

/** `aws:kms/key:Key`. */
export const key: ResourceHandler = {
  inputs: ["description", "enableKeyRotation", "isEnabled", "policy", "tags"],
  computedIfAbsent: { description: "", policy: "", multiRegion: false, rotationPeriodInDays: 0 },
  computed: ["arn", "keyId", "tagsAll"],
  createOnly: [],
  defaults: { description: "", enableKeyRotation: false, isEnabled: true },
  async create(inputs, { clients }) {
    const { KeyMetadata } = await clients.kms.send(
      new sdk.CreateKeyCommand({
        Description: inputs.description as string | undefined,
        Policy: inputs.policy as string | undefined,
        Tags: tagList(inputs).map(asKmsTag),
      }),
    );
    const id = KeyMetadata?.KeyId ?? "";
    return completing(id, async () => {
      if (inputs.enableKeyRotation) await setRotation(clients.kms, id, true);
      if (inputs.isEnabled === false) await clients.kms.send(new sdk.DisableKeyCommand({ KeyId: id }));
    });
  },
  async read(id, _known, { clients }) {
    const { KeyMetadata } = await clients.kms.send(new sdk.DescribeKeyCommand({ KeyId: id }));
    // A key that waits for its deletion is gone for the provider.
    if (!KeyMetadata || KeyMetadata.KeyState === "PendingDeletion") return undefined;
    const { Policy } = await clients.kms.send(new sdk.GetKeyPolicyCommand({ KeyId: id }));
    const rotation = await clients.kms.send(new sdk.GetKeyRotationStatusCommand({ KeyId: id }));
    const listed = await clients.kms.send(new sdk.ListResourceTagsCommand({ KeyId: id }));
    const { tags, tagsAll } = liveTagList(
      listed.Tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })),
    );
    return {
      inputs: {
        description: KeyMetadata.Description,
        enableKeyRotation: rotation.KeyRotationEnabled,
        isEnabled: KeyMetadata.Enabled,
        policy: Policy,
        tags,
      },
      outputs: {
        arn: KeyMetadata.Arn,
        keyId: KeyMetadata.KeyId,
        multiRegion: KeyMetadata.MultiRegion,
        rotationPeriodInDays: rotation.RotationPeriodInDays,
        tagsAll,
      },
    };
  },
  async update(change, { clients }) {
    const { id: KeyId, inputs, changed } = change;
    const { isEnabled = true } = inputs;
    // Nothing of a key can change while it is disabled.
    if (changed.has("isEnabled") && isEnabled) await clients.kms.send(new sdk.EnableKeyCommand({ KeyId }));
    if (changed.has("description")) {
      const Description = (inputs.description ?? "") as string;
      await clients.kms.send(new sdk.UpdateKeyDescriptionCommand({ KeyId, Description }));
    }
    if (changed.has("policy")) {
      await clients.kms.send(new sdk.PutKeyPolicyCommand({ KeyId, Policy: text(inputs, "policy") }));
    }
    if (changed.has("enableKeyRotation")) {
      await setRotation(clients.kms, KeyId, Boolean(inputs.enableKeyRotation));
    }
    await changeTags(change, {
      untag: (TagKeys) => clients.kms.send(new sdk.UntagResourceCommand({ KeyId, TagKeys })),
      tag: (Tags) => clients.kms.send(new sdk.TagResourceCommand({ KeyId, Tags: Tags.map(asKmsTag) })),
    });
    if (changed.has("isEnabled") && !isEnabled) await clients.kms.send(new sdk.DisableKeyCommand({ KeyId }));
  },
  async delete(id, _known, { clients }) {
    try {
      await clients.kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId: id }));
    } catch (error) {
      // Somebody has scheduled it already.
      if (!(error instanceof sdk.KMSInvalidStateException && /pending deletion/.test(error.message)))
        throw error;
    }
  },
};

/** `aws:kms/alias:Alias`. */
export const alias: ResourceHandler = {
  inputs: ["name", "targetKeyId"],
  computedIfAbsent: { namePrefix: "" },
  computed: ["arn", "targetKeyArn"],
  volatile: ["targetKeyArn"],
  autoName: "name",
  createOnly: ["name"],
  async create(inputs, { clients }) {
    const AliasName = text(inputs, "name");
    await clients.kms.send(
      new sdk.CreateAliasCommand({ AliasName, TargetKeyId: text(inputs, "targetKeyId") }),
    );
    return AliasName;
  },
  async read(id, _known, { clients }) {
    const { KeyMetadata } = await clients.kms.send(new sdk.DescribeKeyCommand({ KeyId: id }));
    if (!KeyMetadata) return undefined;
    const targetKeyArn = KeyMetadata.Arn ?? "";
    return {
      inputs: { name: id, targetKeyId: KeyMetadata.KeyId },
      outputs: { arn: targetKeyArn.replace(/key\/.*$/, id), targetKeyArn },
    };
  },
  async update({ id, inputs }, { clients }) {
    const TargetKeyId = text(inputs, "targetKeyId");
    await clients.kms.send(new sdk.UpdateAliasCommand({ AliasName: id, TargetKeyId }));
  },
  async delete(id, _known, { clients }) {
    await clients.kms.send(new sdk.DeleteAliasCommand({ AliasName: id }));
  },
};
