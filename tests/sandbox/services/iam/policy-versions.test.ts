import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListPoliciesCommand,
  type ListPoliciesCommandInput,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  SimulateCustomPolicyCommand,
  type SimulatePolicyResponse,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { IamAuthorizer } from "../../../../sandbox/services/iam/iam-authorizer";
import { iamService } from "../../../../sandbox/services/iam/service";
import { IamStore } from "../../../../sandbox/services/iam/store";
import { type Served, serve } from "../../support/serve";

const ROLE = "arn:aws:iam::123456789012:role/worker";
const THING = "arn:aws:iot:us-east-1:123456789012:thing/lamp";
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const document = (Action: string, more: object = {}) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*", ...more }] });

let served: Served;
let iam: IAMClient;
let authorizer: IamAuthorizer;
beforeEach(async () => {
  served = await serve((env) => {
    const store = new IamStore(env);
    authorizer = new IamAuthorizer(store);
    return [iamService(store)];
  });
  iam = new IAMClient(served.client);
  await iam.send(new CreateRoleCommand({ RoleName: "worker", AssumeRolePolicyDocument: TRUST }));
});
afterEach(async () => {
  iam.destroy();
  await served.stop();
});

const createPolicy = async (PolicyName: string, action: string, Path = "/") => {
  const command = new CreatePolicyCommand({ PolicyName, PolicyDocument: document(action), Path });
  return (await iam.send(command)).Policy?.Arn ?? "";
};
const attach = (PolicyArn: string) =>
  iam.send(new AttachRolePolicyCommand({ RoleName: "worker", PolicyArn }));

describe("versions of a managed policy", () => {
  const may = (action: string) =>
    authorizer.isAllowed({ principal: { kind: "role", arn: ROLE }, action, resource: THING });
  let PolicyArn: string;
  beforeEach(async () => {
    PolicyArn = await createPolicy("things", "iot:DescribeThing");
    await attach(PolicyArn);
  });
  const addVersion = async (action: string, SetAsDefault = false) => {
    const more = { PolicyDocument: document(action), SetAsDefault };
    return (await iam.send(new CreatePolicyVersionCommand({ PolicyArn, ...more }))).PolicyVersion;
  };
  const remove = (VersionId: string) => iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));

  it("count when they are put in force, and not before", async () => {
    expect(await addVersion("iot:DeleteThing")).toMatchObject({ VersionId: "v2", IsDefaultVersion: false });
    expect([may("iot:DescribeThing"), may("iot:DeleteThing")]).toEqual([true, false]);
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
    expect([may("iot:DescribeThing"), may("iot:DeleteThing")]).toEqual([false, true]);
    expect(await addVersion("iot:*", true)).toMatchObject({ VersionId: "v3", IsDefaultVersion: true });
    expect([may("iot:DescribeThing"), may("iot:DeleteThing")]).toEqual([true, true]);
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    expect(Policy?.DefaultVersionId).toBe("v3");
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
    expect(decodeURIComponent(PolicyVersion?.Document ?? "")).toBe(document("iot:DeleteThing"));
  });

  it("are five at most, the newest first, and their numbers are not used again", async () => {
    for (const action of ["iot:A", "iot:B", "iot:C", "iot:D"]) await addVersion(action);
    await expect(addVersion("iot:E")).rejects.toMatchObject({ name: "LimitExceededException" });
    await remove("v5");
    expect(await addVersion("iot:E")).toMatchObject({ VersionId: "v6" });
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(["v6", "v4", "v3", "v2", "v1"]);
  });

  it("are not deleted while in force, and a policy not while it has further ones", async () => {
    const spare = await createPolicy("spare", "iot:A");
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn: spare, PolicyDocument: document("iot:B") }));
    const conflict = { name: "DeleteConflictException" };
    await expect(iam.send(new DeletePolicyCommand({ PolicyArn: spare }))).rejects.toMatchObject(conflict);
    await expect(remove("v1")).rejects.toMatchObject(conflict);
    await expect(remove("v9")).rejects.toMatchObject({ name: "NoSuchEntityException" });
  });

  it("are refused with a malformed document", async () => {
    const malformed = new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: "{" });
    await expect(iam.send(malformed)).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
  });
});

it("managed policies are listed by path and by what they are attached to, page by page", async () => {
  for (const [name, path] of [
    ["a", "/"],
    ["b", "/iot/"],
    ["c", "/iot/"],
  ] as const) {
    await createPolicy(name, "iot:A", path);
  }
  await attach("arn:aws:iam::123456789012:policy/iot/c");
  const list = async (request: ListPoliciesCommandInput) =>
    (await iam.send(new ListPoliciesCommand(request))).Policies?.map(({ PolicyName }) => PolicyName) ?? [];
  expect(await list({})).toEqual(["a", "b", "c"]);
  expect(await list({ Scope: "Local", PathPrefix: "/iot/" })).toEqual(["b", "c"]);
  expect(await list({ Scope: "AWS" })).toEqual([]);
  expect(await list({ OnlyAttached: true })).toEqual(["c"]);
  expect(await list({ PolicyUsageFilter: "PermissionsBoundary" })).toEqual([]);
  expect(await list({ MaxItems: 2 })).toEqual(["a", "b"]);
});

describe("a simulation", () => {
  const decisions = ({ EvaluationResults = [] }: SimulatePolicyResponse) =>
    EvaluationResults.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]);
  const ActionNames = ["iot:DescribeThing", "iot:DeleteThing", "iot:CreateThing"];
  const deny = document("iot:DeleteThing", { Effect: "Deny" });

  it("of documents says what they allow, deny and leave out", async () => {
    const PolicyInputList = [document("iot:De*"), deny];
    const answer = await iam.send(new SimulateCustomPolicyCommand({ ActionNames, PolicyInputList }));
    expect(decisions(answer)).toEqual([
      ["iot:DescribeThing", "allowed"],
      ["iot:DeleteThing", "explicitDeny"],
      ["iot:CreateThing", "implicitDeny"],
    ]);
  });

  it("takes the context and the resources that are given, and a boundary", async () => {
    const condition = {
      Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
      Resource: THING,
    };
    const simulate = async (region: string, boundary?: string) => {
      const answer = await iam.send(
        new SimulateCustomPolicyCommand({
          ActionNames: ["iot:DescribeThing"],
          ResourceArns: [THING, `${THING}2`],
          PolicyInputList: [document("iot:*", condition)],
          ContextEntries: [
            { ContextKeyName: "AWS:RequestedRegion", ContextKeyValues: [region], ContextKeyType: "string" },
          ],
          ...(boundary !== undefined && { PermissionsBoundaryPolicyInputList: [boundary] }),
        }),
      );
      return answer.EvaluationResults?.map(({ EvalDecision }) => EvalDecision);
    };
    expect(await simulate("us-east-1")).toEqual(["allowed", "implicitDeny"]);
    expect(await simulate("eu-west-1")).toEqual(["implicitDeny", "implicitDeny"]);
    expect(await simulate("us-east-1", document("iot:*"))).toEqual(["allowed", "implicitDeny"]);
    expect(await simulate("us-east-1", document("sqs:*"))).toEqual(["implicitDeny", "implicitDeny"]);
  });

  it("of a role takes its own policies with those that are given", async () => {
    await attach(await createPolicy("things", "iot:DescribeThing"));
    const inline = { PolicyName: "inline", PolicyDocument: document("iot:DeleteThing") };
    await iam.send(new PutRolePolicyCommand({ RoleName: "worker", ...inline }));
    const simulate = (more: object = {}) =>
      iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: ROLE, ActionNames, ...more }));
    expect(decisions(await simulate())).toEqual([
      ["iot:DescribeThing", "allowed"],
      ["iot:DeleteThing", "allowed"],
      ["iot:CreateThing", "implicitDeny"],
    ]);
    expect(decisions(await simulate({ PolicyInputList: [deny] }))[1]).toEqual([
      "iot:DeleteThing",
      "explicitDeny",
    ]);
    await expect(simulate({ PolicySourceArn: `${ROLE}2` })).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });
});
