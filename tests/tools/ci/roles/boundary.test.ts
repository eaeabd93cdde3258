import { BoundaryError } from "../../../../lib/policy-language/iam/boundary";
import { parsePolicy } from "../../../../lib/policy-language/iam/document";
import { judge } from "../../../../lib/policy-language/iam/judge";
import { boundaryArnOf } from "../../../../pulumi-host/program/stack-boundary";
import type { Properties } from "../../../../pulumi-host/resources/property-values";
import { boundary } from "../../../../tools/ci/roles/boundary";
import { permissions } from "../../../../tools/ci/roles/documents";
import type { RoleSubject } from "../../../../tools/ci/roles/subject";
import { devStack } from "./program";

const ACCOUNT = "arn:aws:iam::123456789012";
const BOUNDARY = `${ACCOUNT}:policy/iot-quarantine-dev-boundary`;
const ROLES = ["alert-role", "callback-role"].map((name) => `${ACCOUNT}:role/iot-quarantine-dev-${name}`);
const [ALERT_ROLE = "", CALLBACK_ROLE = ""] = ROLES;

let unbounded: RoleSubject;
let bounded: RoleSubject;

/** A subject whose roles have other inputs. */
const withRoles = (subject: RoleSubject, inputs: Properties): RoleSubject => ({
  ...subject,
  resources: subject.resources.map((resource) =>
    resource.type === "aws:iam/role:Role"
      ? { ...resource, inputs: { ...resource.inputs, ...inputs } }
      : resource,
  ),
});

beforeAll(async () => {
  unbounded = await devStack();
  bounded = withRoles(unbounded, { permissionsBoundary: BOUNDARY });
});

/** Whether a document allows something, by the evaluator that the sandbox has too. */
function allows(document: object, action: string, resource: string, context: Record<string, string> = {}) {
  const keys = Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value]] as const);
  return (
    judge(parsePolicy(JSON.stringify(document), "identity"), {
      action,
      resource,
      principal: { own: [], account: [] },
      context: new Map(keys),
    }) === "allow"
  );
}

describe.each<[string, () => RoleSubject]>([
  ["names its boundary", () => bounded],
  ["names none", () => unbounded],
])("the deploying role of a stack whose config %s", (_which, subject) => {
  const may = (action: string, resource: string, boundaryOfRole?: string) =>
    allows(
      permissions({ ...subject(), stateBucket: "state" }, "deploy"),
      action,
      resource,
      boundaryOfRole === undefined ? {} : { "iam:PermissionsBoundary": boundaryOfRole },
    );

  // Service Authorization Reference, "AWS Identity and Access Management (IAM)": what knows the boundary.
  const changes = ["CreateRole", "PutRolePolicy", "DeleteRolePolicy", "PutRolePermissionsBoundary"];

  it.each(changes)("may %s where the role has the boundary, and not where it has none or another", (name) => {
    for (const role of ROLES) {
      expect(may(`iam:${name}`, role, BOUNDARY)).toBe(true);
      expect(may(`iam:${name}`, role)).toBe(false);
      for (const other of [`${BOUNDARY}2`, "arn:aws:iam::aws:policy/AdministratorAccess"]) {
        expect(may(`iam:${name}`, role, other)).toBe(false);
      }
    }
  });

  it.each(["CreateRole", "PutRolePolicy", "UpdateAssumeRolePolicy", "PassRole", "DeleteRole", "TagRole"])(
    "may not %s of a role that is not the stack's, such as its own",
    (name) => {
      for (const role of ["iot-quarantine-dev-ci-deploy", "admin", "iot-quarantine-dev-alert-role2"]) {
        expect(may(`iam:${name}`, `${ACCOUNT}:role/${role}`, BOUNDARY)).toBe(false);
      }
    },
  );

  it.each([
    "DeleteRolePermissionsBoundary",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "CreatePolicy",
    "CreatePolicyVersion",
    "SetDefaultPolicyVersion",
    "DeletePolicyVersion",
    "DeletePolicy",
    "CreateUser",
    "CreateAccessKey",
    "AddRoleToInstanceProfile",
    "UpdateOpenIDConnectProviderThumbprint",
  ])("may not iam:%s of anything", (name) => {
    for (const resource of [...ROLES, BOUNDARY, `${ACCOUNT}:user/u`]) {
      expect(may(`iam:${name}`, resource, BOUNDARY)).toBe(false);
    }
  });

  it("hands each role to the one service that assumes it, and to no other", () => {
    const passes = (role: string, service: string) =>
      allows(permissions(subject(), "deploy"), "iam:PassRole", role, { "iam:PassedToService": service });
    expect(passes(ALERT_ROLE, "iot.amazonaws.com")).toBe(true);
    expect(passes(CALLBACK_ROLE, "lambda.amazonaws.com")).toBe(true);
    const others = ["ec2", "cloudformation", "glue", "codebuild", "ecs-tasks"].map(
      (name) => `${name}.amazonaws.com`,
    );
    for (const service of ["lambda.amazonaws.com", ...others])
      expect(passes(ALERT_ROLE, service)).toBe(false);
    for (const service of ["iot.amazonaws.com", ...others])
      expect(passes(CALLBACK_ROLE, service)).toBe(false);
  });

  it("may not take on a role, nor bring code or events to the function from elsewhere", () => {
    for (const action of ["sts:AssumeRole", "lambda:GetLayerVersion"]) {
      for (const resource of ["*", ...ROLES]) expect(may(action, resource, BOUNDARY)).toBe(false);
    }
  });

  it("maps queues to the stack's function alone, whose own role may take from one queue", () => {
    const lambda = "arn:aws:lambda:us-east-1:123456789012";
    const [own, mapping] = [
      `${lambda}:function:iot-quarantine-dev-quarantine-device`,
      `${lambda}:event-source-mapping:m`,
    ];
    const maps = (name: string, resource: string, functionArn: string) =>
      allows(permissions(subject(), "deploy"), `lambda:${name}EventSourceMapping`, resource, {
        "lambda:FunctionArn": functionArn,
      });
    for (const [name, resource] of [
      ["Create", "*"],
      ["Update", mapping],
      ["Delete", mapping],
    ] as const) {
      expect([name, maps(name, resource, own)]).toEqual([name, true]);
      expect([name, maps(name, resource, `${lambda}:function:other`)]).toEqual([name, false]);
    }
  });
});

test("the previewing role may change no role at all", () => {
  const document = permissions(bounded, "preview");
  const actions = document.Statement.flatMap(({ Action }) => Action).filter((action) =>
    action.startsWith("iam:"),
  );
  expect(actions.filter((action) => !/^iam:(Get|List)/.test(action))).toEqual([]);
});

describe("the boundary of the stack's roles", () => {
  it("allows everything that their own policies allow", () => {
    const policies = unbounded.resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    const statements = policies.flatMap(
      ({ inputs }) =>
        JSON.parse(String(inputs.policy)).Statement as {
          Action: string | string[];
          Resource: string | string[];
        }[],
    );
    expect(statements.length).toBeGreaterThan(4);
    for (const { Action, Resource } of statements) {
      for (const action of [Action].flat()) {
        for (const resource of [Resource].flat()) {
          expect([action, resource, allows(boundary(unbounded), action, resource)]).toEqual([
            action,
            resource,
            true,
          ]);
        }
      }
    }
  });

  const key = (region: string, account = "123456789012") => `arn:aws:kms:${region}:${account}:key/k`;

  it("allows the alarm's encryption, by way of SNS alone, in its own account and region alone", () => {
    const via = { "kms:ViaService": "sns.us-east-1.amazonaws.com" };
    for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
      const may = (resource: string, context: Record<string, string>) =>
        allows(boundary(unbounded), action, resource, context);
      expect(may(key("us-east-1"), via)).toBe(true);
      expect(may(key("us-east-1"), {})).toBe(false);
      expect(may(key("us-east-1"), { "kms:ViaService": "s3.us-east-1.amazonaws.com" })).toBe(false);
      expect(may(key("us-east-1"), { "kms:ViaService": "sns.us-east-2.amazonaws.com" })).toBe(false);
      expect(may(key("eu-west-1"), via)).toBe(false);
      expect(may(key("us-east-1", "210987654321"), via)).toBe(false);
    }
  });

  it.each([
    ["iam:PassRole", CALLBACK_ROLE],
    ["iam:PutRolePolicy", CALLBACK_ROLE],
    ["iam:CreateUser", `${ACCOUNT}:user/u`],
    ["sts:AssumeRole", `${ACCOUNT}:role/admin`],
    ["s3:GetObject", "arn:aws:s3:::state/.pulumi/stacks/iot-quarantine/dev.json"],
    ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:123456789012:secret:s"],
    ["kms:PutKeyPolicy", "arn:aws:kms:us-east-1:123456789012:key/k"],
    ["kms:CreateGrant", "arn:aws:kms:us-east-1:123456789012:key/k"],
    ["lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:123456789012:function:f"],
    ["sns:Publish", "arn:aws:sns:us-east-1:123456789012:other"],
    ["sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:123456789012:other"],
    ["sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:123456789012:iot-quarantine-dev-alarms-dead-letters"],
    ["sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:iot-quarantine-dev-alarms-dead-letters"],
    ["iot:RemoveThingFromThingGroup", "arn:aws:iot:us-east-1:123456789012:thinggroup/Quarantine"],
    ["iot:AddThingToThingGroup", "arn:aws:iot:us-east-1:123456789012:thinggroup/Admins"],
    ["iot:AttachPolicy", "arn:aws:iot:us-east-1:123456789012:thinggroup/Quarantine"],
    ["iot:Publish", "arn:aws:iot:us-east-1:123456789012:topic/t"],
    ["logs:CreateLogGroup", "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/x"],
  ])("does not allow %s on %s, even by way of SNS", (action, resource) => {
    const via = { "kms:ViaService": "sns.us-east-1.amazonaws.com" };
    expect(allows(boundary(unbounded), action, resource, via)).toBe(false);
  });

  it("is a document that IAM takes for a managed policy", () => {
    const document = boundary(unbounded);
    const sids = document.Statement.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
    // IAM User Guide, "IAM and AWS STS quotas".
    expect(JSON.stringify(document).length).toBeLessThan(6144);
  });

  const withPolicy = (statement: object): RoleSubject => ({
    ...unbounded,
    resources: [
      ...unbounded.resources,
      {
        type: "aws:iam/rolePolicy:RolePolicy",
        custom: true,
        inputs: { policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) },
      },
    ],
  });
  const own = "arn:aws:iot:us-east-1:123456789012:thing/*";

  it.each<[string, object, RegExp]>([
    ["all of IAM", { Action: "iam:*", Resource: `${ACCOUNT}:role/x` }, /allows iam:\*, which no role/],
    ["everything", { Action: "*", Resource: "*" }, /allows \*, which no role/],
    ["what it leaves out", { NotAction: "iam:*", Resource: own }, /what it leaves out/],
    ["anything", { Action: "iot:UpdateThingShadow", Resource: "*" }, /not about resources of 123456789012/],
    [
      "others' things",
      { Action: "iot:UpdateThingShadow", Resource: "arn:aws:iot:*:*:thing/*" },
      /not about resources/,
    ],
    ["all but some", { Action: "iot:UpdateThingShadow", NotResource: own }, /is about no resource/],
  ])("is not made for a role that may do %s, but named", (_what, statement, message) => {
    const subject = withPolicy({ Sid: "Wide", Effect: "Allow", ...statement });
    expect(() => boundary(subject)).toThrow(BoundaryError);
    expect(() => boundary(subject)).toThrow(message);
  });
});

describe("a boundary that is refused, as the deploying role could not be held to it", () => {
  it.each([
    ["another account's", "arn:aws:iam::210987654321:policy/b"],
    ["AWS's own", "arn:aws:iam::aws:policy/AdministratorAccess"],
    ["another partition's", "arn:aws-cn:iam::123456789012:policy/b"],
  ])("is %s", (_whose, permissionsBoundary) => {
    expect(() => permissions(withRoles(unbounded, { permissionsBoundary }), "deploy")).toThrow(
      /^Set `permissionsBoundary` of stack dev to a policy of account 123456789012 in partition aws, .*; it is arn:/,
    );
  });

  it("is one that a role of the stack does not have", () => {
    const stranger = { type: "aws:iam/role:Role", custom: true, inputs: { name: "r" } };
    const subject = { ...bounded, resources: [...bounded.resources, stranger] };
    expect(() => boundaryArnOf(subject.resources)).toThrow("Give every role of the stack the same");
  });
});
