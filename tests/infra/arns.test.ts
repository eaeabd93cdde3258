import { partitionOf, policyArn, regionalArn, roleArn } from "../../lib/aws/arns";
import { targetArn } from "../../lib/aws/targets";

const scopes = [
  { partition: "aws", region: "us-east-1", account: "123456789012" },
  { partition: "aws-cn", region: "cn-north-1", account: "123456789012" },
  { partition: "aws-us-gov", region: "us-gov-west-1", account: "123456789012" },
];

test.each(scopes)("ARNs are made for partition $partition", (scope) => {
  const head = `arn:${scope.partition}:iot:${scope.region}:123456789012`;
  expect(regionalArn(scope, "iot", "thing/*")).toBe(`${head}:thing/*`);
  expect(roleArn(scope, "r")).toBe(`arn:${scope.partition}:iam::123456789012:role/r`);
  expect(targetArn(scope, "all-things")).toBe(`${head}:all/things`);
  expect(targetArn(scope, "registered-things")).toBe(`${head}:all/registered-things`);
  expect(targetArn(scope, "unregistered-things")).toBe(`${head}:all/unregistered-things`);
  expect(targetArn(scope, "Fleet:A")).toBe(`${head}:thinggroup/Fleet:A`);
  expect(targetArn(scope, `${head}:all/things`)).toBe(`${head}:all/things`);
});

test("a policy is named by its name, by path and name, or by its ARN", () => {
  const [scope] = [{ partition: "aws-cn", region: "cn-north-1", account: "123456789012" }];
  expect(policyArn(scope, "p")).toBe("arn:aws-cn:iam::123456789012:policy/p");
  expect(policyArn(scope, "teams/p")).toBe("arn:aws-cn:iam::123456789012:policy/teams/p");
  expect(policyArn(scope, "arn:aws-cn:iam::123456789012:policy/p")).toBe(
    "arn:aws-cn:iam::123456789012:policy/p",
  );
});

test.each([
  ["eu-central-1", "aws"],
  ["cn-northwest-1", "aws-cn"],
  ["us-gov-east-1", "aws-us-gov"],
  ["eusc-de-east-1", "aws-eusc"],
  ["us-iso-east-1", "aws-iso"],
  ["us-isob-east-1", "aws-iso-b"],
])("%s is in partition %s", (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});
