import { operatorPermissions, operatorScope } from "../../../../tools/ci/roles/operator";
import { devStack } from "./program";
import authorization from "./service-authorization.json";

const resourceTypes: Readonly<Record<string, readonly string[]>> = authorization.resourceTypes;
const arns: Readonly<Record<string, string>> = authorization.arns;

const listOf = (value: string | readonly string[] = []) => (typeof value === "string" ? [value] : value);

/** The operator's statements, of a stack that contains things as it says. */
async function statements() {
  const document = operatorPermissions(operatorScope(await devStack()));
  return document.Statement.map(({ Action, Resource, ...others }) => ({
    ...others,
    actions: listOf(Action),
    resources: listOf(Resource),
  }));
}

/** The forms of ARN that AWS lets an action be limited to; none where it cannot be limited. */
const formsOf = (action: string) =>
  (resourceTypes[action] ?? []).map((type) => {
    const form = arns[`${action.split(":")[0]}/${type}`] ?? "";
    return new RegExp(`^${form.replace(/[.*+?^()|[\]\\]/g, "\\$&").replace(/\$\{\w+\}/g, ".+")}$`);
  });

test("every action is one that AWS knows, limited to a form of ARN that AWS names for it, and else a star", async () => {
  for (const { Sid, actions, resources } of await statements())
    for (const action of actions) {
      const forms = formsOf(action);
      // A statement may hold resources of two kinds, as a thing and its group: one of them must be the action's. Of all
      // things of the account AWS has no form.
      const isFit = resources.some(
        (arn) => arn.endsWith(":all/things") || forms.some((form) => form.test(arn)),
      );
      expect([Sid, action, resourceTypes[action]]).toEqual([Sid, action, expect.any(Array)]);
      expect([Sid, action, forms.length === 0 ? resources.join() === "*" : isFit]).toEqual([
        Sid,
        action,
        true,
      ]);
    }
});

test("whatever has a name is the stack's own", async () => {
  const all = (await statements()).flatMap(({ resources }) => resources);
  // Devices, and what is theirs, have no name that a stack knows.
  const others =
    /^(?:\*|arn:aws:iot:us-east-1:123456789012:(?:(?:thing|cert|client|policy|thinggroup)\/\*|all\/things))$/;
  const named = all.filter((arn) => !others.test(arn));
  expect([...new Set(named)].sort()).toEqual([
    "arn:aws:dynamodb:us-east-1:123456789012:table/iot-quarantine-dev-ledger",
    "arn:aws:dynamodb:us-east-1:123456789012:table/iot-quarantine-dev-ledger/index/byState",
    "arn:aws:events:us-east-1:123456789012:event-bus/default",
    "arn:aws:iot:us-east-1:123456789012:securityprofile/MsgSentSecProfile",
    "arn:aws:iot:us-east-1:123456789012:thinggroup/Quarantine",
    "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:*",
    "arn:aws:lambda:us-east-1:123456789012:function:iot-quarantine-dev-reconcile",
    "arn:aws:sns:us-east-1:123456789012:iot-quarantine-dev-notifications",
    "arn:aws:sqs:us-east-1:123456789012:iot-quarantine-dev-alarms",
    "arn:aws:sqs:us-east-1:123456789012:iot-quarantine-dev-alarms-dead-letters",
  ]);
});

test("policies are attached only by the operators of a stack that does so itself", async () => {
  const dev = await devStack();
  const role = "aws:iam/rolePolicy:RolePolicy";
  const policy = JSON.stringify({ Statement: [{ Action: "iot:AttachPolicy" }] });
  const containing = [...dev.resources, { type: role, custom: true, inputs: { policy } }];
  const actionsOf = (resources: typeof dev.resources) =>
    operatorPermissions(operatorScope({ ...dev, resources })).Statement.flatMap(({ Action }) => Action);
  expect(actionsOf(dev.resources)).not.toContain("iot:AttachPolicy");
  expect(actionsOf(dev.resources)).toContain("iot:DetachPolicy");
  expect(actionsOf(containing)).toContain("iot:AttachPolicy");
});

test("the document is one that IAM takes: its names are its own, and it fits into a role", async () => {
  const document = operatorPermissions({ ...operatorScope(await devStack()), attachesPolicies: true });
  const sids = document.Statement.map(({ Sid }) => Sid);
  expect(new Set(sids).size).toBe(sids.length);
  // IAM User Guide, "IAM and AWS STS quotas": 10,240 characters of inline policies in a role, 6,144 of a managed policy.
  expect(JSON.stringify(document).length).toBeLessThan(6_144);
});
