import { derivedNames } from "../../../infra/config/names";
import { callbackRolePermissions } from "../../../infra/documents/callback-role";
import type { PolicyDocument } from "../../../infra/documents/policy-document";
import { reconcileRolePermissions } from "../../../infra/documents/reconcile-role";
import type { AwsScope } from "../../../lib/aws/arns";
import { operatorPermissions } from "../roles/operator";

/** What breaks without each permission, by `Sid` of its statement and by action. */
type Breaks = Readonly<Record<string, string>>;

const NOTICES: Breaks = {
  "TellPeople sns:Publish": "people are told nothing at once; it waits in the ledger for a digest",
  "TellSystems events:PutEvents": "no event reaches EventBridge; it waits in the ledger for a digest",
};

const CALLBACK: Breaks = {
  "AddThingsToQuarantine iot:AddThingToThingGroup":
    "nobody is put into the group: each alarm that quarantines becomes a dead letter",
  "LookThingsUp iot:DescribeThing":
    "whether a thing is there cannot be told: each alarm that quarantines becomes a dead letter",
  "VerifyViolations iot:ListActiveViolations":
    "no violation is verified: each alarm that quarantines becomes a dead letter",
  "ListGroupsOfThings iot:ListThingGroupsForThing":
    "evidence lacks the groups; a retry cannot tell who is contained already, nor whether an exempt group holds a thing",
  "ListPrincipals iot:ListThingPrincipals":
    "evidence lacks the principals; where `containment` has `principal` or `deactivate` the alarm fails",
  "ListPrincipals iot:ListAttachedPolicies": "evidence lacks the policies of the principals",
  "SeeConnections iot:GetConnection": "evidence lacks the connection",
  "FindGroups iot:DescribeThingGroup":
    "the groups above a thing's cannot be told: no thing that is in a group is quarantined; a misspelt exempt group is not told",
  "FindSharedPrincipals iot:ListPrincipalThings": "no principal is contained, and the alarm fails",
  "AttachFence iot:AttachPolicy": "no principal gets the restrictive policy, and the alarm fails",
  "Deactivate iot:DescribeCertificate": "no certificate is deactivated, and the alarm fails",
  "Deactivate iot:UpdateCertificate": "no certificate is deactivated, and the alarm fails",
  "FlagShadows iot:UpdateThingShadow": "the device is fenced and not told; the alarm fails",
  "CutSessions iot:DeleteConnection": "the device is fenced and its session lives on; the alarm fails",
  "KeepLedger dynamodb:GetItem": "nothing is known of the thing: no alarm quarantines",
  "KeepLedger dynamodb:PutItem":
    "the time line cannot be written: each alarm fails, also one that was acted on",
  "KeepLedger dynamodb:UpdateItem": "neither limit nor state can be written: no alarm quarantines",
  ...NOTICES,
  "WriteOwnLog logs:CreateLogStream":
    "no log: what is decided is in the ledger alone, and no metric counts it",
  "WriteOwnLog logs:PutLogEvents": "no log: what is decided is in the ledger alone, and no metric counts it",
  "TakeAlarms sqs:ReceiveMessage": "alarms wait, for 14 days at most; no mapping is made",
  "TakeAlarms sqs:DeleteMessage": "alarms come again, and at last become dead letters; no mapping is made",
  "TakeAlarms sqs:GetQueueAttributes": "no mapping is made, and Lambda takes no alarm",
};

const RECONCILE: Breaks = {
  "ReconcileListsViolations iot:ListActiveViolations": "the run fails: no lost alarm is made good",
  "ReconcileListsMembers iot:ListThingsInThingGroup": "the run fails: nothing is compared",
  "ReconcileLooksThingsUp iot:DescribeThing":
    "the run fails where an alarm is missing, or a member left: neither is made good",
  "ReconcileLooksThingsUp iot:ListThingGroupsForThing":
    "the run fails where a member left: nothing is recorded of it",
  "ReconcileCutsSessions iot:DeleteConnection":
    "the run fails where a device publishes on: it keeps its session",
  "ReconcileReadsStates dynamodb:Query": "the run fails: nothing is compared",
  "ReconcileKeepsLedger dynamodb:BatchGetItem":
    "the run fails where a violation lasts: no lost alarm is made good",
  "ReconcileKeepsLedger dynamodb:PutItem":
    "nothing can be claimed: the run fails where an alarm is missing or a session is to be cut",
  "ReconcileKeepsLedger dynamodb:UpdateItem":
    "the run fails where a thing left or entered the group by another hand: it is not recorded; and no digest is made",
  "ReconcileQueuesAlarms sqs:SendMessage": "no lost alarm is made good",
  ...NOTICES,
  "DigestNotices dynamodb:Query": "no digest: what waits to be told stays untold",
  "DigestNotices dynamodb:DeleteItem": "what was told stays in the ledger, and each digest tells it again",
  "ReconcileWritesOwnLog logs:CreateLogStream": "no log and no heartbeat: the alarm of missed runs goes off",
  "ReconcileWritesOwnLog logs:PutLogEvents": "no log and no heartbeat: the alarm of missed runs goes off",
};

const OPERATOR: Breaks = {
  "LookThingsUp iot:DescribeThing": "`add`, `doctor`, `simulate` cannot tell whether a thing is there",
  "LookThingsUp iot:ListThingGroupsForThing": "`show`, `doctor`, `simulate` cannot tell a thing's groups",
  "ListPrincipals iot:ListThingPrincipals":
    "`show`, `doctor` cannot tell a thing's principals, `add` and `approve` not contain them",
  "ListPrincipals iot:ListPrincipalThings": "`add`, `approve`, `doctor` cannot tell who shares a principal",
  "ListPrincipals iot:ListAttachedPolicies":
    "`show`, `doctor` cannot tell what policies a principal or the group has",
  "SeeEffectivePolicies iot:GetEffectivePolicies": "no `show`",
  "ReadPolicies iot:GetPolicy": "`doctor` cannot tell whether a client id is pinned",
  "FindGroups iot:DescribeThingGroup":
    "`doctor`, `simulate` cannot tell exempt groups, nor static ones from dynamic ones",
  "ListMembers iot:ListThingsInThingGroup": "`doctor` does not look at the members",
  "SeeViolations iot:ListActiveViolations":
    "no `show`; `release` does not say that a violation lasts; `simulate` fails",
  "SeeDetect iot:ListSecurityProfiles": "`doctor` cannot tell whether Device Defender answers",
  "SeeDetect iot:DescribeEndpoint": "`doctor` cannot compare the endpoint",
  "SeeTargets iot:ListTargetsForSecurityProfile": "`doctor` cannot tell whom a profile watches",
  "CountProfiles iot:ListSecurityProfilesForTarget": "`doctor` cannot tell whether a target has room",
  "SeeConnections iot:GetConnection": "`doctor`, `simulate` cannot tell whether a device is connected",
  "Fence iot:AddThingToThingGroup": "no `add`, no `approve`",
  "Fence iot:RemoveThingFromThingGroup": "no `release`",
  "FlagShadows iot:GetThingShadow": "no `show`; `release` leaves the flag; `doctor` cannot try the endpoint",
  "FlagShadows iot:UpdateThingShadow": "`add`, `approve`, `release` do not tell the device",
  "CutSessions iot:DeleteConnection": "`add`, `approve` leave the session",
  "FencePrincipals iot:AttachPolicy": "`add`, `approve` do not contain principals",
  "FreePrincipals iot:DetachPolicy": "`release` leaves the policy at the principals",
  "SwitchCertificates iot:DescribeCertificate": "certificates are neither deactivated nor activated again",
  "SwitchCertificates iot:UpdateCertificate": "certificates are neither deactivated nor activated again",
  "KeepLedger dynamodb:GetItem": "no command that names things",
  "KeepLedger dynamodb:PutItem": "the time line does not say what was done, by whom and why",
  "KeepLedger dynamodb:UpdateItem": "no state can be written: no `add`, `approve`, `reject`, `release`",
  "ReadLedger dynamodb:Query": "no `list`, no `show`, nothing by `--all` or `--behavior`",
  ...NOTICES,
  "CountMessages sqs:GetQueueAttributes": "no `redrive`; `doctor` cannot tell what waits",
  "TakeDeadLetters sqs:StartMessageMoveTask": "no `redrive`",
  "TakeDeadLetters sqs:ListMessageMoveTasks": "no `redrive`",
  "TakeDeadLetters sqs:ReceiveMessage": "no `redrive`",
  "TakeDeadLetters sqs:DeleteMessage": "no `redrive`",
  "SendAgain sqs:SendMessage": "no `redrive`",
  "SeeMapping lambda:GetEventSourceMapping":
    "`pause` and `resume` do not know when it is done, nor `doctor` whether alarms wait",
  "Pause lambda:UpdateEventSourceMapping": "no `pause`, no `resume`",
  "Compare lambda:InvokeFunction": "no `reconcile`",
};

/** The default stack `dev`, with all that its config can ask a right for. */
const SCOPE: AwsScope = { partition: "aws", region: "REGION", account: "ACCOUNT" };
const QUEUE = "iot-quarantine-dev-alarms";
const NAMES = {
  scope: SCOPE,
  quarantineGroupName: "Quarantine",
  securityProfileNames: ["MsgSentSecProfile"],
};

const callback = () =>
  callbackRolePermissions({
    ...NAMES,
    logGroupName: "/aws/lambda/iot-quarantine-dev-quarantine-device",
    alarmQueueArn: `arn:aws:sqs:REGION:ACCOUNT:${QUEUE}`,
    notificationTopicArn: "arn:aws:sns:REGION:ACCOUNT:iot-quarantine-dev-notifications",
    ledgerTableArn: "arn:aws:dynamodb:REGION:ACCOUNT:table/iot-quarantine-dev-ledger",
    exemptsGroups: true,
    containment: ["group", "principal", "deactivate"],
  });

const reconcile = () =>
  reconcileRolePermissions({
    ...NAMES,
    logGroupName: "/aws/lambda/iot-quarantine-dev-reconcile",
    alarmQueueName: QUEUE,
    ledgerTableName: "iot-quarantine-dev-ledger",
    notificationTopicName: "iot-quarantine-dev-notifications",
  });

const operator = () =>
  operatorPermissions({
    scope: SCOPE,
    names: derivedNames({ project: "iot-quarantine", stack: "dev" }),
    thingGroups: [NAMES.quarantineGroupName],
    functions: ["iot-quarantine-dev-quarantine-device", "iot-quarantine-dev-reconcile"],
    securityProfiles: NAMES.securityProfileNames,
    profileTargets: ["arn:aws:iot:REGION:ACCOUNT:all/things"],
    attachesPolicies: true,
  });

const listOf = (value: string | readonly string[] = []) => (typeof value === "string" ? [value] : value);

/** @throws Error - a permission has no sentence, or a sentence no permission. */
function tableOf({ Statement }: PolicyDocument, breaks: Breaks): string {
  const rows = Statement.flatMap(({ Sid, Action, Resource, Condition }) =>
    listOf(Action).map((action) => ({
      key: `${Sid} ${action}`,
      action,
      on: [
        ...listOf(Resource).map((arn) => `\`${arn}\``),
        ...(Condition ? [`where \`${JSON.stringify(Condition)}\``] : []),
      ].join(", "),
    })),
  );
  const known = new Set(rows.map(({ key }) => key));
  const faults = [
    ...rows
      .filter(({ key }) => breaks[key] === undefined)
      .map(({ key }) => `${key}: say what breaks without it`),
    ...Object.keys(breaks)
      .filter((key) => !known.has(key))
      .map((key) => `${key}: no role has it`),
  ];
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const lines = rows.map(({ key, action, on }) => `| \`${action}\` | ${on} | ${breaks[key]} |`);
  return ["| action | on | without it |", "|---|---|---|", ...lines].join("\n");
}

/** docs/permissions.md. */
export const permissionsPage = (): string =>
  `# Permissions of the functions, and of whoever operates the stack

Made by \`npm run ci:permissions\` of the documents that the program writes (\`infra/documents\`), here for stack \`dev\` with
exempt groups and every \`containment\`. A stack without these lacks \`DescribeThingGroup\`; \`ListPrincipalThings\`,
\`AttachPolicy\`; \`DescribeCertificate\`, \`UpdateCertificate\`.

Tests take away each permission of both functions, by itself, in the sandbox: something breaks without each.

## The callback function

${tableOf(callback(), CALLBACK)}

## The function that reconciles

${tableOf(reconcile(), RECONCILE)}

## Whoever operates the stack

What \`npm run quarantine\` needs: \`npm run ci:roles -- --stack NAME --account ID --role operator\` prints it for a stack. It
has \`AttachPolicy\` only where \`containment\` has \`principal\`. A test runs each command with this document alone, and
without any right; what is said of a single one is read from the code.

${tableOf(operator(), OPERATOR)}
`;
