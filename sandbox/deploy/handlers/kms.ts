import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
} from "@aws-sdk/client-kms";
import { type ResourceHandler, tagList, text } from "../handler";

/** `aws:kms/key:Key`. */
export const key: ResourceHandler = {
  inputs: ["description", "enableKeyRotation", "policy", "tags"],
  computed: ["arn", "keyId", "tagsAll"],
  async create(inputs, { clients }) {
    const { KeyMetadata } = await clients.kms.send(
      new CreateKeyCommand({
        Description: inputs.description as string | undefined,
        Policy: inputs.policy as string | undefined,
        Tags: tagList(inputs).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      }),
    );
    const keyId = KeyMetadata?.KeyId ?? "";
    if (inputs.enableKeyRotation) await clients.kms.send(new EnableKeyRotationCommand({ KeyId: keyId }));
    return { id: keyId, outputs: { arn: KeyMetadata?.Arn, keyId, tagsAll: inputs.tags } };
  },
};

/** `aws:kms/alias:Alias`. */
export const alias: ResourceHandler = {
  inputs: ["name", "targetKeyId"],
  computed: ["arn", "targetKeyArn"],
  autoName: "name",
  async create(inputs, { clients }) {
    const AliasName = text(inputs, "name");
    await clients.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: text(inputs, "targetKeyId") }));
    const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId: AliasName }));
    const targetKeyArn = KeyMetadata?.Arn ?? "";
    return { id: AliasName, outputs: { arn: targetKeyArn.replace(/key\/.*$/, AliasName), targetKeyArn } };
  },
};
