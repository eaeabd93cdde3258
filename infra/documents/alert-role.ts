import { type AwsScope, regionalArn } from "../../lib/aws/arns";
import { allow, type PolicyDocument, policyDocument } from "./policy-document";

/**
 * Who may assume the alert role: Device Defender, for the stack's own security profiles.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Cross-service confused deputy prevention" (the example
 * there has stray colons in both values and would match nothing).
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
        StringEquals: { "aws:SourceAccount": scope.account },
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
 * What the alert role may do: publish to the one topic. What it needs of the topic's key is granted to it in the
 * key's own policy, which is known before the key exists; this document would have to name the key's ARN.
 *
 * Source: AWS IoT Device Defender Developer Guide, "Device Defender detect permissions".
 */
export function alertRolePermissions(topicArn: string): PolicyDocument {
  return policyDocument([
    // The alarm itself.
    allow("PublishAlarms", "sns:Publish", topicArn),
  ]);
}
