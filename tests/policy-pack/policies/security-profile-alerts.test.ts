import type { ResourceValidation, ResourceValidationArgs } from "@pulumi/policy";
import { securityProfileAlerts } from "../../../policy-pack/policies/security-profile-alerts";

const alertTargetArn = "arn:aws:sns:us-east-1:123456789012:DDA_Alerts";
const roleArn = "arn:aws:iam::123456789012:role/alert-role";

/** What the policy says of a resource, by the arguments that the policy pack's server would hand it. */
async function judge(props: Record<string, unknown>, type = "aws-native:iot:SecurityProfile") {
  const messages: string[] = [];
  const validate = securityProfileAlerts.validateResource as ResourceValidation;
  await validate({ type, name: "watch", props } as ResourceValidationArgs, (message) => {
    messages.push(message);
  });
  return messages;
}

test.each([
  [alertTargetArn, roleArn],
  ["arn:aws-cn:sns:cn-north-1:123456789012:alerts", "arn:aws-cn:iam::123456789012:role/a/path/r"],
  ["arn:aws-us-gov:sns:us-gov-west-1:123456789012:alerts", "arn:aws-us-gov:iam::123456789012:role/r+=,.@-_"],
])("a profile that alarms to %s by %s passes", async (topic, role) => {
  expect(await judge({ alertTargets: { SNS: { alertTargetArn: topic, roleArn: role } } })).toEqual([]);
});

test.each<[string, Record<string, unknown>]>([
  ["no alert targets", {}],
  ["alert targets that are null", { alertTargets: null }],
  ["alert targets without SNS", { alertTargets: { sns: { alertTargetArn, roleArn } } }],
])("a profile with %s is refused with what to set", async (_title, properties) => {
  expect(await judge(properties)).toEqual([
    expect.stringMatching(/"watch" has no SNS alert target.*Set alertTargets\.SNS to/s),
  ]);
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ["no topic", { roleArn }, /set alertTargets\.SNS\.alertTargetArn to the ARN of the SNS topic .*not set/s],
  [
    "a queue for a topic",
    { alertTargetArn: "arn:aws:sqs:us-east-1:123456789012:q", roleArn },
    /alertTargetArn to .*it is "arn:aws:sqs:us-east-1:123456789012:q"/s,
  ],
  ["an empty topic", { alertTargetArn: "", roleArn }, /alertTargetArn to .*it is ""/s],
  ["no role", { alertTargetArn }, /set alertTargets\.SNS\.roleArn to the ARN of the IAM role .*not set/s],
  [
    "a user for a role",
    { alertTargetArn, roleArn: "arn:aws:iam::123456789012:user/u" },
    /roleArn to .*it is "arn:aws:iam::123456789012:user\/u"/s,
  ],
])("a profile with %s is refused with what to set", async (_title, target, message) => {
  expect(await judge({ alertTargets: { SNS: target } })).toEqual([expect.stringMatching(message)]);
});

test("both faults of a target are told at once", async () => {
  expect(await judge({ alertTargets: { SNS: {} } })).toHaveLength(2);
});

test("other resources are none of its business", async () => {
  expect(await judge({}, "aws:sns/topic:Topic")).toEqual([]);
});

test("it is mandatory, under the name of what it guards", () => {
  expect(securityProfileAlerts).toMatchObject({
    name: "security-profile-alerts",
    enforcementLevel: "mandatory",
  });
});
