import { type AwsScope, regionalArn } from "../arns";
import { type PolicyDocument, policyDocument } from "./policy-document";

/**
 * Who may assume the alert role: Device Defender, for the stack's own security profiles.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Cross-service confused deputy prevention" (the example
 * there has stray colons in both values and would match nothing).
 *
 * @param scope partition, region and account.
 * @param securityProfileNames names of the profiles that alarm with the role.
 */
export function alertRoleTrust(scope: AwsScope, securityProfileNames: readonly string[]): PolicyDocument {
  return policyDocument([
    {
      Sid: "DeviceDefenderPublishes",
      Effect: "Allow",
      Principal: { Service: "iot.amazonaws.com" },
      // The service acts with the role's permissions and no others.
      Action: "sts:AssumeRole",
      Condition: {
        // Without these, a profile of another account that names this role could use it.
        StringEquals: { "aws:SourceAccount": scope.accountId },
        ArnEquals: {
          "aws:SourceArn": securityProfileNames.map((name) =>
            regionalArn(scope, "iot", `securityprofile/${name}`),
          ),
        },
      },
    },
  ]);
}

/**
 * What the alert role may do: publish to the one topic.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Device Defender detect permissions".
 *
 * @param topicArn ARN of the alert topic.
 */
export function alertRolePermissions(topicArn: string): PolicyDocument {
  return policyDocument([
    // The alarm itself.
    { Sid: "PublishAlarms", Effect: "Allow", Action: "sns:Publish", Resource: topicArn },
  ]);
}

/**
 * What the alert role may do with the topic's key.
 *
 * A document of its own: the key's ARN is known only once the key exists, and the right to publish should not
 * be hidden from a first preview with it.
 *
 * Source: Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs" (publishers to an
 * encrypted topic). The Device Defender guide gives these actions on the topic's ARN; KMS actions are about
 * the key's.
 *
 * @param keyArn ARN of the topic's key.
 */
export function alertRoleKeyPermissions(keyArn: string): PolicyDocument {
  return policyDocument([
    {
      Sid: "EncryptAlarms",
      Effect: "Allow",
      // SNS encrypts in the publisher's name: it makes a data key, and decrypts one that it keeps for reuse.
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: keyArn,
    },
  ]);
}
