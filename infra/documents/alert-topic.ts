import { type PolicyDocument, policyDocument } from "./policy-document";

/**
 * Who may publish an alarm: the alert role and nobody else.
 *
 * Whoever can publish an alarm can quarantine a device. Inside one account an Allow in a topic's policy
 * closes nothing, since an identity's own policy is enough, so the Deny does it. For an assumed role
 * `aws:PrincipalArn` is the role's ARN, not the session's; where the key is absent, as with an anonymous
 * caller, a negated operator matches and the Deny holds.
 *
 * Source: IAM User Guide, "AWS global condition context keys" (`aws:PrincipalArn`), "IAM JSON policy
 * elements: Condition operators" (negated matching and missing keys), "Policy evaluation logic".
 */
export function alertTopicPolicy(topicArn: string, alertRoleArn: string): PolicyDocument {
  return policyDocument([
    {
      Sid: "DenyAllButAlertRole",
      Effect: "Deny",
      Principal: "*",
      // Publishing alone: reading and changing the topic stay with the account's own policies.
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { ArnNotEquals: { "aws:PrincipalArn": alertRoleArn } },
    },
    {
      Sid: "AllowAlertRole",
      Effect: "Allow",
      Principal: { AWS: alertRoleArn },
      // The one who may, so that the policy says both.
      Action: "sns:Publish",
      Resource: topicArn,
    },
  ]);
}
