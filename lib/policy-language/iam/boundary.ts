import { isObject } from "./syntax";

/** Where the roles that are to be bounded are. */
export interface BoundaryScope {
  readonly partition: string;
  readonly region: string;
  /** 12 digits. */
  readonly accountId: string;
}

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
export class BoundaryError extends Error {}

/** Everything that the roles may ever do. What is not written here no boundary allows, whatever the program says. */
const ROLE_ACTIONS: ReadonlySet<string> = new Set([
  // The alert role: the alarm itself.
  "sns:Publish",
  // The function: puts the device into the group, asks whether there is such a thing, tells it, and cuts its session.
  "iot:AddThingToThingGroup",
  "iot:DescribeThing",
  "iot:UpdateThingShadow",
  "iot:DeleteConnection",
  // Its log, in a group that is there.
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  // Lambda, with the function's role: the events that it failed on.
  "sqs:SendMessage",
]);

/** What a publisher to an encrypted topic needs of its key, and nothing more. */
const KEY_ACTIONS: ReadonlySet<string> = new Set(["kms:GenerateDataKey", "kms:Decrypt"]);

type Json = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === "string");

function statementsOf(document: string): readonly Json[] {
  const { Statement } = JSON.parse(document) as { Statement?: unknown };
  return (Array.isArray(Statement) ? Statement : [Statement]).filter(isObject);
}

function checkActions(actions: readonly string[], known: ReadonlySet<string>, where: string): void {
  const strange = actions.filter((action) => !known.has(action));
  if (strange.length === 0 && actions.length > 0) return;
  const what = strange.join(", ") || "what it leaves out";
  throw new BoundaryError(
    `${where} allows ${what}, which no role of the stack is known to need: add it to lib/policy-language/iam/boundary.ts, or take it from the role.`,
  );
}

/** A statement of a role's policy as the boundary allows it: its actions on its resources, in this account alone. */
function ofRole(statement: Json, scope: BoundaryScope): BoundaryStatement[] {
  // What a role is denied its own policy sees to.
  if (statement.Effect !== "Allow") return [];
  const where = `The statement ${String(statement.Sid)}`;
  const Action = listOf(statement.Action);
  checkActions(Action, ROLE_ACTIONS, where);
  const Resource = listOf(statement.Resource);
  const own = new RegExp(`^arn:${scope.partition}:[a-z]+:${scope.region}:${scope.accountId}:(?!\\*)`);
  const strange = Resource.filter((arn) => !own.test(arn));
  if (strange.length > 0 || Resource.length === 0) {
    throw new BoundaryError(
      `${where} is about ${strange.join(", ") || "no resource"}, and not about resources of ${scope.accountId} in ${scope.region}: limit it to their ARNs.`,
    );
  }
  return [{ Sid: String(statement.Sid), Effect: "Allow", Action, Resource }];
}

/**
 * What the stack's keys let the roles do. That stands in the keys' policies, and yet the boundary must allow it: it
 * holds what a resource's policy grants to a role's ARN as well. A key has no ARN before it exists, and whoever deploys
 * may tag any key; but no other key is of use by way of SNS, as the roles may publish to the stack's topic alone.
 *
 * Source: IAM User Guide, "Permissions boundaries for IAM entities", "Evaluating effective permissions with
 * boundaries"; AWS KMS Developer Guide, "AWS KMS condition keys", `kms:ViaService`.
 */
function ofKeys({ roleArns, keyPolicies }: BoundedPolicies, scope: BoundaryScope): BoundaryStatement[] {
  const forRoles = keyPolicies.flatMap(statementsOf).filter(({ Effect, Principal }) => {
    const named = isObject(Principal) ? listOf(Principal.AWS) : [];
    return Effect === "Allow" && named.some((arn) => roleArns.includes(arn));
  });
  const Action = [...new Set(forRoles.flatMap((statement) => listOf(statement.Action)))];
  if (Action.length === 0) return [];
  checkActions(Action, KEY_ACTIONS, "The policy of a key");
  return [
    {
      Sid: "UseKeysThroughSns",
      Effect: "Allow",
      Action,
      Resource: [`arn:${scope.partition}:kms:${scope.region}:${scope.accountId}:key/*`],
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
export function boundaryDocument(policies: BoundedPolicies, scope: BoundaryScope): BoundaryDocument {
  const ofRoles = policies.rolePolicies
    .flatMap(statementsOf)
    .flatMap((statement) => ofRole(statement, scope));
  return { Version: "2012-10-17", Statement: [...ofRoles, ...ofKeys(policies, scope)] };
}
