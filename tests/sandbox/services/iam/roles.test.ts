import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam";
import { iamService } from "../../../../sandbox/services/iam/service";
import { IamStore } from "../../../../sandbox/services/iam/store";
import { type Served, serve } from "../../support/serve";

// With characters that percent-encoding must keep apart from the text around them.
const TRUST =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"It (is)!"}}}]}';
const PERMISSIONS =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"arn:aws:iot:*:*:thing/*"}]}';

let served: Served;
let iam: IAMClient;

beforeEach(async () => {
  served = await serve((env) => [iamService(new IamStore(env))]);
  iam = new IAMClient(served.client);
});
afterEach(() => served.stop());

const createRole = (name: string, more: { Path?: string; Tags?: { Key: string; Value: string }[] } = {}) =>
  iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST, ...more }));

/** What an error is known by: its code on the wire, status and message. */
const refusal = (Code: string, status: number, message: string | RegExp) => ({
  Code,
  message: typeof message === "string" ? message : expect.stringMatching(message),
  $metadata: { httpStatusCode: status },
});

describe("a role", () => {
  it("is made as AWS makes it, and shown with its trust policy percent-encoded", async () => {
    const wholeSecond = served.environment.clock.date();
    await iam.send(new CreatePolicyCommand({ PolicyName: "b", PolicyDocument: PERMISSIONS }));
    await served.environment.clock.advance(999);
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: "r",
        Path: "/iot/",
        AssumeRolePolicyDocument: TRUST,
        Description: "d",
        MaxSessionDuration: 7200,
        PermissionsBoundary: "arn:aws:iam::123456789012:policy/b",
        Tags: [{ Key: "k", Value: "v" }],
      }),
    );
    expect(Role).toMatchObject({
      Path: "/iot/",
      RoleName: "r",
      Arn: "arn:aws:iam::123456789012:role/iot/r",
      CreateDate: wholeSecond,
      Description: "d",
      MaxSessionDuration: 7200,
      Tags: [{ Key: "k", Value: "v" }],
      PermissionsBoundary: { PermissionsBoundaryArn: "arn:aws:iam::123456789012:policy/b" },
    });
    expect(Role?.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
    expect(Role?.AssumeRolePolicyDocument).toMatch(/^[A-Za-z0-9\-_.~%]+$/);
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(TRUST);
    expect((await iam.send(new GetRoleCommand({ RoleName: "r" }))).Role).toEqual(Role);
  });

  it("has AWS's defaults", async () => {
    const { Role } = await createRole("r");
    expect(Role).toMatchObject({ Path: "/", MaxSessionDuration: 3600 });
    expect(Role?.Description).toBeUndefined();
    expect(Role?.Tags).toBeUndefined();
  });

  it("is unique by its name, whatever its path", async () => {
    await createRole("r");
    await expect(createRole("r", { Path: "/other/" })).rejects.toMatchObject(
      refusal("EntityAlreadyExists", 409, "Role with name r already exists."),
    );
  });

  it.each([
    [{ RoleName: "a b" }, "ValidationError", 400, /at 'roleName' .* pattern: \[\\w\+=,\.@-\]\+$/],
    [{ RoleName: "r".repeat(65) }, "ValidationError", 400, /length less than or equal to 64/],
    [{ MaxSessionDuration: 60 }, "ValidationError", 400, /greater than or equal to 3600/],
    [{ Path: "iot" }, "ValidationError", 400, /at 'path'/],
    [{ AssumeRolePolicyDocument: "{" }, "MalformedPolicyDocument", 400, "This policy contains invalid Json"],
    [{ AssumeRolePolicyDocument: PERMISSIONS }, "MalformedPolicyDocument", 400, /./],
    [
      { AssumeRolePolicyDocument: TRUST.replace("It (is)!", "x".repeat(2048)) },
      "LimitExceeded",
      409,
      "Cannot exceed quota for ACLSizePerRole: 2048",
    ],
    [{ Tags: [{ Key: "aws:k", Value: "v" }] }, "InvalidInput", 400, /must not begin with aws:/],
  ])("is refused: %j", async (part, code, status, message) => {
    const input = { RoleName: "r", AssumeRolePolicyDocument: TRUST, ...part };
    await expect(iam.send(new CreateRoleCommand(input))).rejects.toMatchObject(
      refusal(code, status, message),
    );
    expect((await iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
  });

  it("can be changed", async () => {
    await createRole("r");
    const other = TRUST.replace("lambda", "iot");
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "r", PolicyDocument: other }));
    await iam.send(new UpdateRoleCommand({ RoleName: "r", MaxSessionDuration: 4000 }));
    await iam.send(new UpdateRoleDescriptionCommand({ RoleName: "r", Description: "new" }));
    await iam.send(new UpdateRoleCommand({ RoleName: "r" }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "r" }));
    expect(Role).toMatchObject({ Description: "new", MaxSessionDuration: 4000 });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(other);
    await expect(
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "r", PolicyDocument: PERMISSIONS })),
    ).rejects.toMatchObject(refusal("MalformedPolicyDocument", 400, /./));
  });

  it("is listed by name, by path, page by page", async () => {
    for (const name of ["c", "a", "b"]) await createRole(name, { Path: name === "b" ? "/x/" : "/" });
    const first = await iam.send(new ListRolesCommand({ MaxItems: 2 }));
    expect(first.Roles?.map(({ RoleName }) => RoleName)).toEqual(["a", "b"]);
    expect(first.IsTruncated).toBe(true);
    const rest = await iam.send(new ListRolesCommand({ MaxItems: 2, Marker: first.Marker }));
    expect(rest.Roles?.map(({ RoleName }) => RoleName)).toEqual(["c"]);
    expect(rest.IsTruncated).toBe(false);
    const inPath = await iam.send(new ListRolesCommand({ PathPrefix: "/x/" }));
    expect(inPath.Roles?.map(({ RoleName }) => RoleName)).toEqual(["b"]);
    await expect(iam.send(new ListRolesCommand({ Marker: "never" }))).rejects.toMatchObject(
      refusal("ValidationError", 400, /token/),
    );
  });

  it("keeps its tags", async () => {
    await createRole("r", { Tags: [{ Key: "a", Value: "1" }] });
    await iam.send(
      new TagRoleCommand({
        RoleName: "r",
        Tags: [
          { Key: "a", Value: "2" },
          { Key: "b", Value: "" },
        ],
      }),
    );
    const tags = async () => (await iam.send(new ListRoleTagsCommand({ RoleName: "r" }))).Tags;
    expect(await tags()).toEqual([
      { Key: "a", Value: "2" },
      { Key: "b", Value: "" },
    ]);
    await iam.send(new UntagRoleCommand({ RoleName: "r", TagKeys: ["a", "none"] }));
    expect(await tags()).toEqual([{ Key: "b", Value: "" }]);
  });

  it("has no instance profiles", async () => {
    await createRole("r");
    const { InstanceProfiles } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "r" }));
    expect(InstanceProfiles).toEqual([]);
  });

  it("is deleted only when it has no policies left", async () => {
    await createRole("r");
    const drop = () => iam.send(new DeleteRoleCommand({ RoleName: "r" }));
    const arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    await iam.send(new PutRolePolicyCommand({ RoleName: "r", PolicyName: "p", PolicyDocument: PERMISSIONS }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: "r", PolicyArn: arn }));
    await expect(drop()).rejects.toMatchObject(refusal("DeleteConflict", 409, /detach all policies first/));
    await iam.send(new DetachRolePolicyCommand({ RoleName: "r", PolicyArn: arn }));
    await expect(drop()).rejects.toMatchObject(refusal("DeleteConflict", 409, /delete policies first/));
    await iam.send(new DeleteRolePolicyCommand({ RoleName: "r", PolicyName: "p" }));
    await drop();
    await expect(drop()).rejects.toMatchObject(
      refusal("NoSuchEntity", 404, "The role with name r cannot be found."),
    );
  });
});

describe("a role's inline policy", () => {
  beforeEach(() => createRole("r"));

  it("is put, shown percent-encoded, listed, replaced and deleted", async () => {
    const put = (PolicyName: string, PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName: "r", PolicyName, PolicyDocument }));
    await put("b", PERMISSIONS);
    await put("a", PERMISSIONS);
    await put("a", `${PERMISSIONS} `);
    const shown = await iam.send(new GetRolePolicyCommand({ RoleName: "r", PolicyName: "a" }));
    expect(shown).toMatchObject({ RoleName: "r", PolicyName: "a" });
    expect(shown.PolicyDocument).toContain("%2A%3A%2A");
    expect(decodeURIComponent(shown.PolicyDocument ?? "")).toBe(`${PERMISSIONS} `);
    const list = await iam.send(new ListRolePoliciesCommand({ RoleName: "r" }));
    expect(list.PolicyNames).toEqual(["a", "b"]);
    await iam.send(new DeleteRolePolicyCommand({ RoleName: "r", PolicyName: "a" }));
    const gone = refusal("NoSuchEntity", 404, "The role policy with name a cannot be found.");
    const a = { RoleName: "r", PolicyName: "a" };
    await expect(iam.send(new GetRolePolicyCommand(a))).rejects.toMatchObject(gone);
    await expect(iam.send(new DeleteRolePolicyCommand(a))).rejects.toMatchObject(gone);
  });

  it.each([
    [TRUST, "MalformedPolicyDocument", 400, "Policy document should not specify a principal."],
    [
      PERMISSIONS.replace("thing/*", "x".repeat(10_240)),
      "LimitExceeded",
      409,
      /Maximum policy size of 10240/,
    ],
  ])("is refused: %.40s", async (document, code, status, message) => {
    const input = { RoleName: "r", PolicyName: "p", PolicyDocument: document };
    await expect(iam.send(new PutRolePolicyCommand(input))).rejects.toMatchObject(
      refusal(code, status, message),
    );
  });
});

describe("a managed policy", () => {
  const arn = "arn:aws:iam::123456789012:policy/iot/p";
  const create = () =>
    iam.send(
      new CreatePolicyCommand({
        PolicyName: "p",
        Path: "/iot/",
        PolicyDocument: PERMISSIONS,
        Description: "d",
      }),
    );

  it("is made, shown and deleted", async () => {
    const { Policy } = await create();
    expect(Policy).toMatchObject({ PolicyName: "p", Arn: arn, DefaultVersionId: "v1", AttachmentCount: 0 });
    expect(Policy?.PolicyId).toMatch(/^ANPA/);
    await expect(create()).rejects.toMatchObject(refusal("EntityAlreadyExists", 409, /Duplicate names/));
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: "v1" }),
    );
    expect(decodeURIComponent(PolicyVersion?.Document ?? "")).toBe(PERMISSIONS);
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn }));
    expect(Versions).toMatchObject([{ VersionId: "v1", IsDefaultVersion: true }]);
    await expect(
      iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: "v2" })),
    ).rejects.toMatchObject(refusal("NoSuchEntity", 404, /version v2 does not exist/));
    await iam.send(new DeletePolicyCommand({ PolicyArn: arn }));
    await expect(iam.send(new GetPolicyCommand({ PolicyArn: arn }))).rejects.toMatchObject(
      refusal("NoSuchEntity", 404, /does not exist/),
    );
  });

  it("is refused when it is too long", async () => {
    const document = PERMISSIONS.replace("thing/*", "x".repeat(6144));
    await expect(
      iam.send(new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: document })),
    ).rejects.toMatchObject(refusal("LimitExceeded", 409, /PolicySize: 6144/));
  });

  it("is attached, counted, listed, and not deleted while it is attached", async () => {
    await createRole("r");
    const attach = { RoleName: "r", PolicyArn: arn };
    await expect(iam.send(new AttachRolePolicyCommand(attach))).rejects.toMatchObject(
      refusal("NoSuchEntity", 404, /not attachable/),
    );
    await create();
    await iam.send(new AttachRolePolicyCommand(attach));
    await iam.send(new AttachRolePolicyCommand(attach));
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: "r" }));
    expect(AttachedPolicies).toEqual([{ PolicyName: "p", PolicyArn: arn }]);
    const elsewhere = await iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName: "r", PathPrefix: "/other/" }),
    );
    expect(elsewhere.AttachedPolicies).toEqual([]);
    expect((await iam.send(new GetPolicyCommand({ PolicyArn: arn }))).Policy?.AttachmentCount).toBe(1);
    await expect(iam.send(new DeletePolicyCommand({ PolicyArn: arn }))).rejects.toMatchObject(
      refusal("DeleteConflict", 409, /attached/),
    );
    await iam.send(new DetachRolePolicyCommand(attach));
    await expect(iam.send(new DetachRolePolicyCommand(attach))).rejects.toMatchObject(
      refusal("NoSuchEntity", 404, /was not found/),
    );
  });

  it("can be one of ten", async () => {
    await createRole("r");
    const attach = (index: number) =>
      iam.send(
        new AttachRolePolicyCommand({ RoleName: "r", PolicyArn: `arn:aws:iam::aws:policy/P${index}` }),
      );
    for (let index = 0; index < 10; index++) await attach(index);
    await attach(9);
    await expect(attach(10)).rejects.toMatchObject(refusal("LimitExceeded", 409, /PoliciesPerRole: 10/));
  });
});
