import type { AwsScope } from "../../../lib/aws/arns";
import { previewEnvironment } from "../stacks";
import type { CiRole } from "./documents";

const ISSUER = "token.actions.githubusercontent.com";

/**
 * The jobs of the repository that a role trusts, told by the `sub` of GitHub's token: those of one environment. A
 * job gets that subject only when the environment lets it run.
 *
 * Source: GitHub documentation, "OpenID Connect reference", "Example subject claims".
 */
function subject(repository: string, stack: string, role: CiRole): string {
  return `repo:${repository}:environment:${role === "deploy" ? stack : previewEnvironment(stack)}`;
}

/**
 * Who may assume the role: jobs of GitHub Actions of one repository.
 *
 * Source: IAM User Guide, "Create a role for OpenID Connect federation (console)", "Configuring a role for
 * GitHub OIDC identity provider"; GitHub documentation, "Configuring OpenID Connect in Amazon Web Services".
 *
 * @param scope - partition and account of the role.
 * @param repository - what stands between `repo:` and the next colon of the token's `sub`: `OWNER/NAME`, or
 *   `OWNER@ID/NAME@ID` where the repository has immutable subject claims.
 * @param stack - name of the stack, which its environments are named after.
 */
export function trust(scope: AwsScope, repository: string, stack: string, role: CiRole) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "GitHubActions",
        Effect: "Allow",
        Principal: {
          Federated: `arn:${scope.partition}:iam::${scope.account}:oidc-provider/${ISSUER}`,
        },
        Action: "sts:AssumeRoleWithWebIdentity",
        // StringEquals and no pattern: a pattern could let another branch, or another repository, in.
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: "sts.amazonaws.com",
            [`${ISSUER}:sub`]: subject(repository, stack, role),
          },
        },
      },
    ],
  } as const;
}
