import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  GetPolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { AccessRequest } from "../../../../sandbox/services/iam/authorizer";
import { IamAuthorizer } from "../../../../sandbox/services/iam/iam-authorizer";
import { iamService } from "../../../../sandbox/services/iam/service";
import { IamStore } from "../../../../sandbox/services/iam/store";
import { type Served, serve } from "../../support/serve";

const ROLE = "arn:aws:iam::123456789012:role/worker";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:q";
const TRUST =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

let served: Served;
let iam: IamAuthorizer;
let client: IAMClient;
let log: string[];

beforeEach(async () => {
  log = [];
  served = await serve((env) => {
    iam = new IamAuthorizer(new IamStore({ ...env, log: (line) => log.push(line) }));
    return [iamService(iam.store)];
  });
  client = new IAMClient(served.client);
});
afterEach(() => served.stop());

const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (action: string, resource = QUEUE) => ({ Effect: "Allow", Action: action, Resource: resource });

/** Makes a managed policy and answers its ARN. */
async function makePolicy(name: string, ...statements: readonly object[]): Promise<string> {
  const PolicyDocument = policy(...statements);
  const { Policy } = await client.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument }));
  return Policy?.Arn ?? "";
}

const makeRole = (PermissionsBoundary?: string) =>
  client.send(
    new CreateRoleCommand({
      RoleName: "worker",
      AssumeRolePolicyDocument: TRUST,
      ...(PermissionsBoundary !== undefined && { PermissionsBoundary }),
    }),
  );

const give = (...statements: readonly object[]) =>
  client.send(
    new PutRolePolicyCommand({
      RoleName: "worker",
      PolicyName: "p",
      PolicyDocument: policy(...statements),
    }),
  );

const put = (arn: string) =>
  client.send(new PutRolePermissionsBoundaryCommand({ RoleName: "worker", PermissionsBoundary: arn }));

const boundaryOf = async () =>
  (await client.send(new GetRoleCommand({ RoleName: "worker" }))).Role?.PermissionsBoundary;

const ask = (action: string, ofResource: readonly object[] = []): AccessRequest => ({
  principal: { kind: "role", arn: ROLE },
  action,
  resource: QUEUE,
  ...(ofResource.length > 0 && { resourcePolicy: policy(...ofResource) }),
});

describe("a role with a permissions boundary", () => {
  // IAM User Guide, "Permissions boundaries for IAM entities": Shirley may use S3, CloudWatch and EC2, and has a
  // policy that lets her make users.
  it("has nothing of its boundary alone, and nothing of its policy beyond the boundary", async () => {
    await makeRole(
      await makePolicy("b", allow("s3:*", "*"), allow("cloudwatch:*", "*"), allow("ec2:*", "*")),
    );
    await give(allow("iam:CreateUser", "*"));
    expect(iam.decide(ask("iam:CreateUser"))).toEqual({
      allowed: false,
      reason: "because no permissions boundary allows the iam:CreateUser action",
    });
    expect(iam.decide(ask("s3:GetObject")).reason).toBe(
      "because no identity-based policy allows the s3:GetObject action",
    );
    await give(allow("iam:CreateUser", "*"), allow("s3:GetObject", "*"));
    expect(iam.isAllowed(ask("s3:GetObject"))).toBe(true);
  });

  it("is refused what the boundary denies, whoever allows it", async () => {
    await makeRole(await makePolicy("b", allow("*", "*"), { ...allow("sqs:SendMessage"), Effect: "Deny" }));
    await give(allow("sqs:SendMessage"));
    const ofQueue = { ...allow("sqs:SendMessage"), Principal: { AWS: ROLE } };
    expect(iam.decide(ask("sqs:SendMessage", [ofQueue]))).toEqual({
      allowed: false,
      reason: "with an explicit deny in a permissions boundary",
    });
  });

  it.each(["grants", "governs"] as const)(
    "is held by it also where a resource's policy that %s lets the role's ARN",
    async (resourcePolicyRule) => {
      const ofQueue = { ...allow("sqs:*"), Principal: { AWS: ROLE } };
      await makeRole(await makePolicy("b", allow("sqs:SendMessage")));
      expect(iam.isAllowed({ ...ask("sqs:SendMessage", [ofQueue]), resourcePolicyRule })).toBe(true);
      expect(iam.isAllowed({ ...ask("sqs:DeleteQueue", [ofQueue]), resourcePolicyRule })).toBe(false);
    },
  );

  it("is always met by a Deny with NotPrincipal, as AWS warns", async () => {
    const arn = await makePolicy("b", allow("*", "*"));
    await makeRole();
    await give(allow("sqs:SendMessage"));
    const others = { Effect: "Deny", NotPrincipal: { AWS: ROLE }, Action: "sqs:*", Resource: QUEUE };
    expect(iam.isAllowed(ask("sqs:SendMessage", [others]))).toBe(true);
    await put(arn);
    expect(iam.decide(ask("sqs:SendMessage", [others])).reason).toBe(
      "with an explicit deny in a resource-based policy",
    );
  });

  it("may do nothing under a policy of AWS, of which the document is not here, and that is said once", async () => {
    await makeRole("arn:aws:iam::aws:policy/PowerUserAccess");
    await give(allow("sqs:SendMessage"));
    expect(iam.isAllowed(ask("sqs:SendMessage"))).toBe(false);
    expect(iam.isAllowed(ask("sqs:SendMessage"))).toBe(false);
    expect(log).toEqual([expect.stringContaining("PowerUserAccess")]);
  });
});

describe("a permissions boundary", () => {
  it("is set, shown, counted, replaced and taken away", async () => {
    const [one, two] = [await makePolicy("one", allow("a:B")), await makePolicy("two", allow("a:C"))];
    const usesOf = async (PolicyArn: string) =>
      (await client.send(new GetPolicyCommand({ PolicyArn }))).Policy?.PermissionsBoundaryUsageCount;
    await makeRole(one);
    expect(await boundaryOf()).toEqual({
      PermissionsBoundaryType: "PermissionsBoundaryPolicy",
      PermissionsBoundaryArn: one,
    });
    // IAM API Reference, "ListRoles": it leaves the boundary out.
    const { Roles } = await client.send(new ListRolesCommand({}));
    expect(Roles?.[0]?.PermissionsBoundary).toBeUndefined();
    await put(two);
    expect((await boundaryOf())?.PermissionsBoundaryArn).toBe(two);
    expect([await usesOf(one), await usesOf(two)]).toEqual([0, 1]);
    await client.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: "worker" }));
    expect(await boundaryOf()).toBeUndefined();
  });

  it("is not deleted while a role has it", async () => {
    const PolicyArn = await makePolicy("b", allow("a:B"));
    await makeRole(PolicyArn);
    const drop = () => client.send(new DeletePolicyCommand({ PolicyArn }));
    await expect(drop()).rejects.toMatchObject({ Code: "DeleteConflict" });
    await client.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: "worker" }));
    await expect(drop()).resolves.toBeDefined();
  });

  it("that is not there is refused, for a new role and for one that is there", async () => {
    const missing = "arn:aws:iam::123456789012:policy/missing";
    const refusal = {
      Code: "NoSuchEntity",
      message: `Scope ARN: ${missing} does not exist or is not attachable.`,
      $metadata: { httpStatusCode: 404 },
    };
    await expect(makeRole(missing)).rejects.toMatchObject(refusal);
    await makeRole();
    await expect(put(missing)).rejects.toMatchObject(refusal);
    expect(await boundaryOf()).toBeUndefined();
  });
});
