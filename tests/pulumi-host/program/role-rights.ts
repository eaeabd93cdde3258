import {
  GetRolePolicyCommand,
  type IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";

/** A statement of a role's policy. */
interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** One right of a role: an action on a resource, and the policy without it. */
export interface Right {
  readonly sid: string;
  readonly name: string;
  readonly without: readonly Statement[];
}

const listOf = (value: string | readonly string[]) => (typeof value === "string" ? [value] : value);

/** Every right of a policy, each with the policy that lacks it and nothing else. */
function rightsOf(statements: readonly Statement[]): Right[] {
  return statements.flatMap((statement, at) =>
    listOf(statement.Action).flatMap((action) =>
      listOf(statement.Resource).map((resource) => {
        const others = (value: string | readonly string[], one: string) =>
          listOf(value).filter((each) => each !== one);
        const kept = [
          { ...statement, Action: others(statement.Action, action) },
          { ...statement, Action: [action], Resource: others(statement.Resource, resource) },
        ].filter(({ Action, Resource }) => Action.length > 0 && Resource.length > 0);
        return {
          sid: statement.Sid,
          name: `${action} on ${resource.split(":").slice(5).join(":") || resource}`,
          without: [...statements.slice(0, at), ...kept, ...statements.slice(at + 1)],
        };
      }),
    ),
  );
}

/** The rights of a role that has one policy, its own, and what gives it others. */
export async function roleRights(iam: Pick<IAMClient, "send">, RoleName: string) {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  expect(PolicyNames).toHaveLength(1);
  const policy = { RoleName, PolicyName: PolicyNames[0] ?? "" };
  const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand(policy));
  const whole: readonly Statement[] = JSON.parse(decodeURIComponent(PolicyDocument)).Statement;
  return {
    rights: rightsOf(whole),
    grant: (Statement: readonly Statement[] = whole) =>
      iam.send(
        new PutRolePolicyCommand({
          ...policy,
          PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
        }),
      ),
  };
}
