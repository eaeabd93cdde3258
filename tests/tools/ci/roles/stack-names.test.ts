import { UNKNOWN } from "../../../../pulumi-host/resources/property-values";
import { type RegisteredResource, StackNamesError, stackNames } from "../../../../tools/ci/roles/stack-names";

const resource = (type: string, inputs: Record<string, unknown>): RegisteredResource => ({
  type,
  custom: true,
  inputs,
});

const trust = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const lambdaTrust = {
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
};

test("a target of two profiles is named once", () => {
  const profile = (securityProfileName: string, targetArns: string[]) =>
    resource("aws-native:iot:SecurityProfile", { securityProfileName, targetArns });
  const names = stackNames([profile("a", ["arn:x", "arn:y"]), profile("b", ["arn:y"])]);
  expect([names.securityProfiles, names.profileTargets]).toEqual([
    ["a", "b"],
    ["arn:x", "arn:y"],
  ]);
});

test("the roles that profiles export metrics with are named, each once", () => {
  const profile = (securityProfileName: string, metricsExportConfig?: object) =>
    resource("aws-native:iot:SecurityProfile", { securityProfileName, targetArns: [], metricsExportConfig });
  const to = { mqttTopic: "t", roleArn: "arn:aws:iam::123456789012:role/export" };
  expect(stackNames([profile("a", to), profile("b"), profile("c", to)]).exportRoles).toEqual([to.roleArn]);
});

test.each([
  ["has no name", resource("aws:sqs/queue:Queue", {}), /aws:sqs\/queue:Queue: its input name is no text/],
  [
    "has a name that is known only after a deploy",
    resource("aws:sns/topic:Topic", { name: UNKNOWN }),
    /its input name is unknown/,
  ],
  [
    "is a role for two services",
    resource("aws:iam/role:Role", { name: "r", assumeRolePolicy: trust(lambdaTrust, lambdaTrust) }),
    /aws:iam\/role:Role r: its trust must name one service/,
  ],
  [
    "is a role for an account",
    resource("aws:iam/role:Role", { name: "r", assumeRolePolicy: trust({ Principal: { AWS: "x" } }) }),
    /its trust must name one service/,
  ],
  [
    "is a profile whose targets are unknown",
    resource("aws-native:iot:SecurityProfile", { securityProfileName: "p", targetArns: UNKNOWN }),
    /aws-native:iot:SecurityProfile p: its targets are no list of ARNs/,
  ],
])("a resource that %s is an error, as no role could be limited to it", (_what, one, message) => {
  expect(() => stackNames([one])).toThrow(StackNamesError);
  expect(() => stackNames([one])).toThrow(message);
});
