import { digestRights, noticeRights } from "../../../../infra/documents/notification-topic";
import type { Statement } from "../../../../infra/documents/policy-document";
import { authorizeCall } from "../../../../sandbox/services/iam/call-authorization";
import { IamAuthorizer } from "../../../../sandbox/services/iam/iam-authorizer";
import { IamStore } from "../../../../sandbox/services/iam/store";
import { type Served, serve } from "../../support/serve";

const SCOPE = { partition: "aws", region: "us-east-1", account: "123456789012" };
const TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/ledger";

let served: Served;
let iam: IamAuthorizer;
beforeAll(async () => {
  served = await serve((env) => {
    iam = new IamAuthorizer(new IamStore(env));
    return [];
  });
});
afterAll(() => served.stop());

/** Whether a role with these rights may make a call. */
function may(rights: readonly Statement[], service: string, operation: string, input: object): boolean {
  const trustPolicy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  iam.store.roles.set("worker", {
    ...{ name: "worker", arn: "arn:aws:iam::123456789012:role/worker", path: "/", id: "AROA", trustPolicy },
    ...{ createdAt: new Date(0), maxSessionDuration: 3600, tags: new Map(), attachedPolicies: new Set() },
    inlinePolicies: new Map([["p", JSON.stringify({ Version: "2012-10-17", Statement: rights })]]),
  } as never);
  const call = { caller: { kind: "role", roleName: "worker" }, requestId: "r", date: new Date(0) } as const;
  try {
    authorizeCall(iam, service, operation, input as Record<string, unknown>, call);
    return true;
  } catch {
    return false;
  }
}

test.each<[boolean, string, object]>([
  [true, "DeleteItem", { Key: { pk: { S: "untold" }, sk: { S: "people#1" } } }],
  [false, "DeleteItem", { Key: { pk: { S: "thing#dev-1" }, sk: { S: "state" } } }],
  [false, "UpdateItem", { Key: { pk: { S: "untold" } } }],
  [
    true,
    "Query",
    { KeyConditionExpression: "pk = :u", ExpressionAttributeValues: { ":u": { S: "untold" } } },
  ],
  [
    false,
    "Query",
    { KeyConditionExpression: "pk = :u", ExpressionAttributeValues: { ":u": { S: "thing#a" } } },
  ],
  [false, "PutItem", { Item: { pk: { S: "untold" } } }],
])("a digest's rights are %s for %s of %j", (isAllowed, operation, input) => {
  expect(may(digestRights(TABLE), "dynamodb", operation, { TableName: "ledger", ...input })).toBe(isAllowed);
});

test.each([
  [true, "iot-quarantine", "default"],
  [false, "somebody.else", "default"],
  [false, "iot-quarantine", "other"],
])(
  "the right to put events is %s for source %s and bus %s, entry by entry",
  (isAllowed, Source, EventBusName) => {
    const rights = noticeRights(SCOPE, "arn:aws:sns:us-east-1:123456789012:t");
    const own = { Source: "iot-quarantine", DetailType: "x" };
    const Entries = [own, { ...own, Source, EventBusName }];
    expect(may(rights, "events", "PutEvents", { Entries })).toBe(isAllowed);
  },
);
