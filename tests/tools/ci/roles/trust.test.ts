import { trust } from "../../../../tools/ci/roles/trust";

const scope = { partition: "aws", region: "us-east-1", account: "123456789012" };
const issuer = "token.actions.githubusercontent.com";

test.each([
  ["preview", "o/n", "repo:o/n:environment:prod-preview"],
  ["deploy", "o/n", "repo:o/n:environment:prod"],
  ["deploy", "o@1/n@2", "repo:o@1/n@2:environment:prod"],
] as const)("the %s role of %s trusts %j and nothing else", (role, repository, subject) => {
  expect(trust(scope, repository, "prod", role)).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "GitHubActions",
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: subject },
        },
      },
    ],
  });
});

test("in another partition the provider is that partition's", () => {
  const [statement] = trust({ ...scope, partition: "aws-us-gov" }, "o/n", "dev", "preview").Statement;
  expect(statement.Principal.Federated).toBe(`arn:aws-us-gov:iam::123456789012:oidc-provider/${issuer}`);
});
