import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
} from "@aws-sdk/client-iam";
import { type Assumption, verdictOf } from "../assumption";
import type { Bench } from "../bench";

const VERSION = "2012-10-17";
/** Nobody can take such a role on but a service that is not told of it, and it may do nothing. */
const TRUST = JSON.stringify({
  Version: VERSION,
  Statement: [{ Effect: "Allow", Principal: { Service: "iot.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const HARMLESS = { Effect: "Deny", Action: "iot:Publish", Resource: "*" };

function managedPolicy(bench: Bench, role: string, statement: object) {
  const { iam } = bench.clients;
  const { partition, id } = bench.account;
  const PolicyName = bench.name(role);
  const PolicyArn = `arn:${partition}:iam::${id}:policy/${PolicyName}`;
  bench.removeLater(`managed policy ${PolicyName}`, () => iam.send(new DeletePolicyCommand({ PolicyArn })));
  const PolicyDocument = JSON.stringify({ Version: VERSION, Statement: [statement] });
  const made = iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument, Tags: bench.tags }));
  return { PolicyArn, made };
}

async function boundedRole(bench: Bench, role: string): Promise<{ RoleName: string; boundary: string }> {
  const { iam } = bench.clients;
  const { PolicyArn, made } = managedPolicy(bench, `${role}-boundary`, HARMLESS);
  await made;
  const RoleName = bench.name(role);
  bench.removeLater(`role ${RoleName}`, () => iam.send(new DeleteRoleCommand({ RoleName })));
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: TRUST,
      PermissionsBoundary: PolicyArn,
      Tags: bench.tags,
    }),
  );
  return { RoleName, boundary: PolicyArn };
}

async function deleteBoundaryInUse(bench: Bench): Promise<string> {
  const { boundary } = await boundedRole(bench, "bounded");
  return verdictOf(bench.clients.iam.send(new DeletePolicyCommand({ PolicyArn: boundary })));
}

async function takeBoundaryTwice(bench: Bench): Promise<string> {
  const { RoleName } = await boundedRole(bench, "unbounded");
  const take = () => bench.clients.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
  await take();
  return verdictOf(take());
}

const BOUNDARY = "A boundary that is not there: NoSuchEntity 404";

/** Of managed policies and roles, which are given no right. */
export const IAM: readonly Assumption[] = [
  {
    name: "a managed policy with condition keys that differ in case alone",
    fact: "Malformed: condition keys that differ in case alone",
    expected: "refused: MalformedPolicyDocumentException",
    attempt: (bench) => {
      const Condition = { StringEquals: { "aws:PrincipalArn": "a", "aws:principalarn": "b" } };
      return verdictOf(managedPolicy(bench, "two-cases", { ...HARMLESS, Condition }).made);
    },
  },
  {
    name: "a boundary that is deleted while a role has it",
    fact: BOUNDARY,
    expected: "refused: DeleteConflictException",
    attempt: deleteBoundaryInUse,
  },
  {
    name: "a boundary that is taken away where there is none",
    fact: BOUNDARY,
    expected: "accepted",
    attempt: takeBoundaryTwice,
  },
];
