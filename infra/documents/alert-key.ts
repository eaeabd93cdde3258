import { type AwsScope, rootArn } from "../../lib/aws/arns";
import { type PolicyDocument, policyDocument } from "./policy-document";

/** What the account's administrators need to keep, change and delete the key; using it is not among it. */
const ADMINISTRATION = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:PutKeyPolicy",
  "kms:ListKeyPolicies",
  "kms:GetKeyRotationStatus",
  "kms:EnableKeyRotation",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:DisableKey",
  "kms:UpdateKeyDescription",
  "kms:CreateAlias",
  "kms:UpdateAlias",
  "kms:DeleteAlias",
  "kms:ListResourceTags",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:ListGrants",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:CancelKeyDeletion",
] as const;

/**
 * Policy of the alert topic's key.
 *
 * In a key policy the resource `*` means "this key" (AWS KMS Developer Guide, "Key policies in AWS KMS",
 * "Creating a key policy"): the key has no ARN before it exists.
 */
export function alertKeyPolicy(scope: AwsScope, alertRoleArn: string): PolicyDocument {
  return policyDocument([
    {
      Sid: "AccountAdministersKey",
      Effect: "Allow",
      // The account, that is whoever its IAM policies let: a key that nobody administers is lost for good.
      Principal: { AWS: rootArn(scope) },
      Action: ADMINISTRATION,
      Resource: "*",
    },
    {
      Sid: "AlertRoleEncrypts",
      Effect: "Allow",
      Principal: { AWS: alertRoleArn },
      // What a publisher to an encrypted topic needs (Amazon SNS Developer Guide, "Managing Amazon SNS
      // encryption keys and costs"); delivery to the function needs no permission of ours.
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
    },
  ]);
}
