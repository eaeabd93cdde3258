import { type AwsScope, regionalArn } from "../../aws/arns";
import { ExpectedError } from "../../command/expected-error";
import type { WrittenStatement } from "../statement";
import { parsePolicy } from "./document";

/** The policies from which a boundary is made, each a JSON text. */
export interface BoundedPolicies {
  /** ARNs of the roles. */
  readonly roleArns: readonly string[];
  /** The roles' own policies. */
  readonly rolePolicies: readonly string[];
  /** Policies of the stack's keys, of which what they let the roles do is taken. */
  readonly keyPolicies: readonly string[];
}

/** One statement of a boundary. */
interface BoundaryStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The document of a permissions boundary. */
export interface BoundaryDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly BoundaryStatement[];
}

/** No boundary can be made; the message says of what, and what to do. */
export class BoundaryError extends ExpectedError {}

/** Everything that the roles may ever do. What is not written here no boundary allows, whatever the program says. */
const ROLE_ACTIONS: ReadonlySet<string> = new Set([
  // The alert role: the alarm itself.
  "sns:Publish",
  // The function: puts the device into the group, asks whether there is such a thing, tells it, and cuts its session.
  "iot:AddThingToThingGroup",
  "iot:DescribeThing",
  "iot:UpdateThingShadow",
  "iot:DeleteConnection",
  // Whether the violation lasts.
  "iot:ListActiveViolations",
  // What the thing was like before, and whether it is in an exempt group, or below one.
  "iot:ListThingGroupsForThing",
  "iot:DescribeThingGroup",
  "iot:ListThingPrincipals",
  "iot:ListAttachedPolicies",
  "iot:GetConnection",
  // Where principals are contained: those that one thing alone has.
  "iot:ListPrincipalThings",
  "iot:AttachPolicy",
  "iot:DescribeCertificate",
  "iot:UpdateCertificate",
  // What it decided, and the places under a limit.
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  // What people and other systems are told, the former by `sns:Publish`.
  "events:PutEvents",
  // Its log, in a group that is there.
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  // The function that reconciles: what lasts, who is in the group, and what is remembered; and an alarm that was lost.
  "iot:ListThingsInThingGroup",
  "dynamodb:Query",
  "dynamodb:BatchGetItem",
  // What was told, of what is still to be told.
  "dynamodb:DeleteItem",
  "sqs:SendMessage",
  // The schedule: invokes that function.
  "lambda:InvokeFunction",
  // Lambda, with the function's role: the alarms in their queue.
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
]);

/** What can be limited to no resource. Source: Service Authorization Reference, "AWS IoT", rows without a resource type. */
const UNSCOPABLE: ReadonlySet<string> = new Set([
  "iot:ListThingPrincipals",
  "iot:ListAttachedPolicies",
  "iot:ListPrincipalThings",
]);

/** What a publisher to an encrypted topic needs of its key, and nothing more. */
const KEY_ACTIONS: ReadonlySet<string> = new Set(["kms:GenerateDataKey", "kms:Decrypt"]);

function checkActions(actions: readonly string[], known: ReadonlySet<string>, where: string): void {
  const strange = actions.filter((action) => !known.has(action));
  if (strange.length === 0 && actions.length > 0) return;
  const what = strange.join(", ") || "what it leaves out";
  throw new BoundaryError(
    `${where} allows ${what}, which no role of the stack is known to need: add it to lib/policy-language/iam/boundary.ts, or take it from the role.`,
  );
}

/** A statement of a role's policy as the boundary allows it: its actions on its resources, in this account alone. */
function ofRole(statement: WrittenStatement, scope: AwsScope): BoundaryStatement[] {
  // What a role is denied its own policy sees to.
  if (statement.effect !== "Allow") return [];
  const Sid = String(statement.sid);
  const where = `The statement ${Sid}`;
  const { actions: Action = [], resources: Resource = [] } = statement;
  checkActions(Action, ROLE_ACTIONS, where);
  const own = new RegExp(`^arn:${scope.partition}:[a-z]+:${scope.region}:${scope.account}:(?!\\*)`);
  const isUnscopable = Action.every((action) => UNSCOPABLE.has(action));
  const strange = Resource.filter((arn) => !own.test(arn) && !(isUnscopable && arn === "*"));
  if (strange.length > 0 || Resource.length === 0) {
    throw new BoundaryError(
      `${where} is about ${strange.join(", ") || "no resource"}, and not about resources of ${scope.account} in ${scope.region}: limit it to their ARNs.`,
    );
  }
  return [{ Sid, Effect: "Allow", Action, Resource }];
}

/**
 * What the stack's keys let the roles do. That stands in the keys' policies, and yet the boundary must allow it: it
 * holds what a resource's policy grants to a role's ARN as well. A key has no ARN before it exists, and whoever deploys
 * may tag any key; but no other key is of use by way of SNS, as the roles may publish to the stack's topic alone.
 *
 * Source: IAM User Guide, "Permissions boundaries for IAM entities", "Evaluating effective permissions with
 * boundaries"; AWS KMS Developer Guide, "AWS KMS condition keys", `kms:ViaService`.
 */
function ofKeys({ roleArns, keyPolicies }: BoundedPolicies, scope: AwsScope): BoundaryStatement[] {
  const forRoles = keyPolicies
    .flatMap((text) => parsePolicy(text, "resource"))
    .filter(
      ({ effect, principal }) =>
        effect === "Allow" &&
        principal?.kind === "listed" &&
        principal.aws.some((arn) => roleArns.includes(arn)),
    );
  const Action = [...new Set(forRoles.flatMap(({ written }) => written.actions ?? []))];
  if (Action.length === 0) return [];
  checkActions(Action, KEY_ACTIONS, "The policy of a key");
  return [
    {
      Sid: "UseKeysThroughSns",
      Effect: "Allow",
      Action,
      Resource: [regionalArn(scope, "kms", "key/*")],
      // The name of a service ends otherwise in each partition; KMS itself gives the value.
      Condition: { StringLike: { "kms:ViaService": `sns.${scope.region}.*` } },
    },
  ];
}

/**
 * The most that a stack's roles may ever do, for a managed policy that an administrator makes: what their policies and
 * the stack's keys allow them, provided that it is known to be theirs.
 *
 * @throws BoundaryError when it is not, or is not limited to the account.
 */
export function boundaryDocument(policies: BoundedPolicies, scope: AwsScope): BoundaryDocument {
  const ofRoles = policies.rolePolicies
    .flatMap((text) => parsePolicy(text, "identity"))
    .flatMap(({ written }) => ofRole(written, scope));
  // What two roles may alike stands once: IAM takes no Sid twice.
  const once = new Map(ofRoles.map((statement) => [JSON.stringify(statement), statement]));
  return { Version: "2012-10-17", Statement: [...once.values(), ...ofKeys(policies, scope)] };
}
