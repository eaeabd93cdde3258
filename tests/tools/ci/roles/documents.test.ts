import { ACCESS_TABLE } from "../../../../tools/ci/roles/access-table";
import { type Permission, permissions, UnknownTypeError } from "../../../../tools/ci/roles/documents";
import { stackNames } from "../../../../tools/ci/roles/stack-names";
import type { RoleSubject } from "../../../../tools/ci/roles/subject";
import { devStack } from "./program";
import authorization from "./service-authorization.json";

let dev: RoleSubject;

beforeAll(async () => {
  dev = await devStack();
});

const statements = (role: "preview" | "deploy", subject = dev) => permissions(subject, role).Statement;

const both = (): Permission[] => {
  const subject = { ...dev, stateBucket: "state" };
  return [...statements("preview", subject), ...statements("deploy", subject)];
};

const grants = (all: readonly Permission[], action: string) =>
  all.filter(({ Action }) => Action.includes(action));

const resourceTypes: Readonly<Record<string, readonly string[]>> = authorization.resourceTypes;
const arns: Readonly<Record<string, string>> = authorization.arns;

/** The forms of ARN that AWS lets an action be limited to; none where it cannot be limited. */
function formsOf(action: string): RegExp[] {
  const service = action.split(":")[0];
  return (resourceTypes[action] ?? []).map((type) => {
    const form = arns[`${service}/${type}`] ?? "";
    return new RegExp(`^${form.replace(/[.*+?^()|[\]\\]/g, "\\$&").replace(/\$\{\w+\}/g, ".+")}$`);
  });
}

test("the dev stack's names are those that its resources will have, in whatever order these register", () => {
  expect(stackNames([...dev.resources].reverse())).toEqual(stackNames(dev.resources));
  expect(stackNames(dev.resources)).toEqual({
    roles: [
      { name: "iot-quarantine-dev-alert-role", service: "iot.amazonaws.com" },
      { name: "iot-quarantine-dev-callback-role", service: "lambda.amazonaws.com" },
      { name: "iot-quarantine-dev-reconcile-role", service: "lambda.amazonaws.com" },
      { name: "iot-quarantine-dev-schedule-role", service: "scheduler.amazonaws.com" },
    ],
    topics: ["DDA_Alerts", "iot-quarantine-dev-notifications"],
    tables: ["iot-quarantine-dev-ledger"],
    queues: ["iot-quarantine-dev-alarms", "iot-quarantine-dev-alarms-dead-letters"],
    functions: ["iot-quarantine-dev-quarantine-device", "iot-quarantine-dev-reconcile"],
    schedules: ["iot-quarantine-dev-reconcile"],
    logGroups: [
      "/aws/lambda/iot-quarantine-dev-quarantine-device",
      "/aws/lambda/iot-quarantine-dev-reconcile",
    ],
    metricAlarms: [
      ...["alarms-waiting", "dead-letters", "function-errors", "function-throttles", "held", "not-contained"],
      ...["notice-failed", "reconcile-not-running", "violations-without-alarm"],
    ].map((key) => `iot-quarantine-dev-${key}`),
    thingGroups: ["Quarantine"],
    iotPolicies: ["iot-quarantine-dev-quarantine"],
    keyAliases: ["alias/iot-quarantine-dev-alerts"],
    securityProfiles: ["MsgSentSecProfile"],
    profileTargets: ["arn:aws:iot:us-east-1:123456789012:all/things"],
    exportRoles: [],
  });
});

test("the table knows every resource type that the program registers, and no other", () => {
  const types = new Set(dev.resources.filter(({ custom }) => custom).map(({ type }) => type));
  expect([...types].sort()).toEqual(Object.keys(ACCESS_TABLE).sort());
  expect(types.size).toBeGreaterThan(15);
});

test("a type that the table does not know is an error that names it, for both roles", () => {
  const stranger = { type: "aws:s3/bucket:Bucket", custom: true, inputs: {} };
  const subject = { ...dev, resources: [...dev.resources, stranger] };
  for (const role of ["preview", "deploy"] as const) {
    expect(() => permissions(subject, role)).toThrow(UnknownTypeError);
    expect(() => permissions(subject, role)).toThrow(/What aws:s3\/bucket:Bucket takes of AWS is not known/);
  }
});

test("a component needs nothing of its own", () => {
  const component = { type: "iot-quarantine:index:Other", custom: false, inputs: {} };
  const subject = { ...dev, resources: [...dev.resources, component] };
  expect(permissions(subject, "deploy")).toEqual(permissions(dev, "deploy"));
});

test("every action is one that AWS knows, written out", () => {
  for (const action of both().flatMap(({ Action }) => Action)) {
    expect([action, resourceTypes[action]]).toEqual([action, expect.any(Array)]);
    expect(action).not.toContain("*");
  }
});

test("a star stands alone as a resource only where AWS knows no resource for the action", () => {
  for (const { Sid, Action, Resource } of both()) {
    const limitable = Action.filter((action) => formsOf(action).length > 0);
    expect([Sid, Resource.includes("*") ? limitable : []]).toEqual([Sid, []]);
  }
});

test("an action that AWS can limit is limited to a form of ARN that AWS names for it", () => {
  for (const { Sid, Action, Resource } of both()) {
    for (const action of Resource.includes("*") ? [] : Action) {
      const forms = formsOf(action);
      // A statement may hold resources of two kinds, as an alias and its key: one of them must be the action's.
      const fitting = Resource.filter((arn) => forms.some((form) => form.test(arn)));
      expect([Sid, action, fitting.length > 0]).toEqual([Sid, action, true]);
    }
  }
});

test("no resource has a star in its service, region or account, and a key alone has one for its name", () => {
  for (const { Sid, Resource } of both()) {
    for (const arn of Resource.filter((resource) => resource !== "*")) {
      const [, , service, region, account, ...name] = arn.split(":");
      expect([Sid, [service, region, account].join(":")]).toEqual([Sid, expect.not.stringContaining("*")]);
      if (name.join(":").startsWith("*") || name.join(":").startsWith("key/*")) expect(service).toBe("kms");
    }
  }
});

test("the previewing role only reads", () => {
  const actions = statements("preview", { ...dev, stateBucket: "state" }).flatMap(({ Action }) => Action);
  expect(actions.filter((action) => !/^\w+:(Get|List|Describe)/.test(action))).toEqual([]);
});

test("the deploying role may read whatever the previewing one may", () => {
  const allowed = (all: readonly Permission[]) => new Set(all.flatMap(({ Action }) => Action));
  const deploying = allowed(statements("deploy"));
  expect([...allowed(statements("preview"))].filter((action) => !deploying.has(action))).toEqual([]);
});

test("each role is handed to the one service that assumes it, by the deploying role alone", () => {
  expect(grants(statements("preview"), "iam:PassRole")).toEqual([]);
  const passed = grants(statements("deploy"), "iam:PassRole").map(({ Resource, Condition }) => [
    Resource,
    Condition,
  ]);
  expect(passed).toEqual([
    [
      ["arn:aws:iam::123456789012:role/iot-quarantine-dev-alert-role"],
      { StringEquals: { "iam:PassedToService": "iot.amazonaws.com" } },
    ],
    [
      ["arn:aws:iam::123456789012:role/iot-quarantine-dev-callback-role"],
      { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    ],
    [
      ["arn:aws:iam::123456789012:role/iot-quarantine-dev-reconcile-role"],
      { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    ],
    [
      ["arn:aws:iam::123456789012:role/iot-quarantine-dev-schedule-role"],
      { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
    ],
  ]);
});

test("the role that metrics are exported with is handed to Device Defender, by the deploying role alone", () => {
  const role = "arn:aws:iam::123456789012:role/export";
  const exporting = dev.resources.map((resource) =>
    resource.type === "aws-native:iot:SecurityProfile"
      ? {
          ...resource,
          inputs: { ...resource.inputs, metricsExportConfig: { mqttTopic: "t", roleArn: role } },
        }
      : resource,
  );
  const passing = (of: "preview" | "deploy") =>
    grants(statements(of, { ...dev, resources: exporting }), "iam:PassRole").filter(({ Resource }) =>
      Resource.includes(role),
    );
  expect(passing("preview")).toEqual([]);
  expect(passing("deploy")).toEqual([
    expect.objectContaining({
      Resource: [role],
      Condition: { StringEquals: { "iam:PassedToService": "iot.amazonaws.com" } },
    }),
  ]);
});

test("what harms a key is limited to keys with the stack's tag, and a key is made only with it", () => {
  const tag = (kind: string) => ({ StringEquals: { [`aws:${kind}/iot-quarantine:stack`]: "dev" } });
  const conditionsOf = (action: string) =>
    grants(statements("deploy"), action).map(({ Condition }) => Condition);
  for (const action of [
    "kms:ScheduleKeyDeletion",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:UntagResource",
  ]) {
    expect([action, conditionsOf(action)]).toEqual([action, [tag("ResourceTag")]]);
  }
  expect(conditionsOf("kms:CreateKey")).toEqual([tag("RequestTag")]);
  expect(conditionsOf("kms:TagResource")).toEqual(
    expect.arrayContaining([tag("RequestTag"), tag("ResourceTag")]),
  );
  expect(conditionsOf("kms:TagResource")).toHaveLength(2);
});

test("the security profile has what AWS's handler of it asks for", () => {
  // Schema of AWS::IoT::SecurityProfile, `handlers`: create, read, update and delete.
  const handler = [
    "iot:CreateSecurityProfile",
    "iot:AttachSecurityProfile",
    "iot:DescribeSecurityProfile",
    "iot:ListTagsForResource",
    "iot:ListTargetsForSecurityProfile",
    "iot:UpdateSecurityProfile",
    "iot:DetachSecurityProfile",
    "iot:UntagResource",
    "iot:TagResource",
    "iot:DeleteSecurityProfile",
  ];
  const profile = "arn:aws:iot:us-east-1:123456789012:securityprofile/MsgSentSecProfile";
  const onProfile = statements("deploy").filter(({ Resource }) => Resource.includes(profile));
  expect(onProfile.flatMap(({ Action }) => Action).sort()).toEqual([...handler].sort());
  expect(grants(statements("deploy"), "iot:AttachSecurityProfile")[0]?.Resource).toEqual([
    profile,
    "arn:aws:iot:us-east-1:123456789012:all/things",
  ]);
});

test("the state is the stack's own, and only the deploying role writes it", () => {
  const subject = { ...dev, stateBucket: "my-state" };
  const own = [
    "arn:aws:s3:::my-state/.pulumi/*/iot-quarantine/dev.json*",
    "arn:aws:s3:::my-state/.pulumi/*/iot-quarantine/dev/*",
  ];
  const state = (role: "preview" | "deploy") => statements(role, subject).find(({ Sid }) => Sid === "State");
  expect(state("preview")).toMatchObject({ Action: ["s3:GetObject"], Resource: own });
  expect(state("deploy")).toMatchObject({
    Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
    Resource: own,
  });
  expect(
    statements("deploy")
      .flatMap(({ Action }) => Action)
      .filter((action) => action.startsWith("s3:")),
  ).toEqual([]);
});

test("each document is one that IAM takes: its names are its own, and it fits into a role", () => {
  for (const role of ["preview", "deploy"] as const) {
    const document = permissions({ ...dev, stateBucket: "my-state" }, role);
    const sids = document.Statement.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
    // IAM User Guide, "IAM and AWS STS quotas": 10,240 characters of inline policies in a role, white space aside.
    expect(JSON.stringify(document).length).toBeLessThan(10_240);
  }
});
