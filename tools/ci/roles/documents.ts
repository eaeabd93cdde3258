import { roleArn } from "../../../lib/aws/arns";
import { ExpectedError } from "../../../lib/command/expected-error";
import { ACCESS_TABLE, type Access, type Grants, PROGRAM_ACCESS } from "./access-table";
import { boundaryArn } from "./boundary";
import { type Condition, type Limit, type Reach, reaches } from "./limits";
import { type RegisteredResource, stackNames } from "./stack-names";
import type { RoleSubject } from "./subject";

/** The role that previews a stack, or the one that deploys it. */
export type CiRole = "preview" | "deploy";

/** One statement of a role's permissions. */
export interface Permission {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

/** A role's permissions, as an IAM policy. */
export interface Permissions {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Permission[];
}

/** The program registers a type that the table does not know. */
export class UnknownTypeError extends ExpectedError {}

function accessOf(resources: readonly RegisteredResource[]): Access[] {
  const types = new Set(resources.filter(({ custom }) => custom).map(({ type }) => type));
  const unknown = [...types].filter((type) => !(type in ACCESS_TABLE));
  if (unknown.length > 0) {
    throw new UnknownTypeError(
      `What ${unknown.join(", ")} takes of AWS is not known: add it to tools/ci/roles/access-table.ts.`,
    );
  }
  return [PROGRAM_ACCESS, ...[...types].map((type) => ACCESS_TABLE[type] as Access)];
}

function merged(all: readonly Grants[]): Map<Limit, Set<string>> {
  const byLimit = new Map<Limit, Set<string>>();
  for (const grants of all) {
    for (const [limit, actions] of Object.entries(grants) as [Limit, readonly string[]][]) {
      byLimit.set(limit, new Set([...(byLimit.get(limit) ?? []), ...actions]));
    }
  }
  return byLimit;
}

/** A role may be handed to the one service that assumes it, and to no other. */
function passRoles(subject: RoleSubject): Permission[] {
  const { roles, exportRoles } = stackNames(subject.resources);
  const passed = [
    ...roles.map(({ name, service }) => ({ arn: roleArn(subject.scope, name), service })),
    ...exportRoles.map((arn) => ({ arn, service: "iot.amazonaws.com" })),
  ];
  return passed.map(({ arn, service }, index) => ({
    Sid: `PassRole${index}`,
    Effect: "Allow",
    Action: ["iam:PassRole"],
    Resource: [arn],
    Condition: { StringEquals: { "iam:PassedToService": service } },
  }));
}

/**
 * The stack's state in a bucket of its own layout. A preview takes no lock, so it only reads.
 *
 * Source: Pulumi documentation, "State and backends", "AWS S3"; folders as `pulumi` 3.259 makes them.
 */
function stateAccess({ scope, project, stack }: RoleSubject, bucket: string, role: CiRole): Permission[] {
  const arn = `arn:${scope.partition}:s3:::${bucket}`;
  const own = [`${arn}/.pulumi/*/${project}/${stack}.json*`, `${arn}/.pulumi/*/${project}/${stack}/*`];
  const writes = role === "deploy" ? ["s3:PutObject", "s3:DeleteObject"] : [];
  return [
    { Sid: "StateList", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [arn] },
    {
      Sid: "StateLayout",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: [`${arn}/.pulumi/meta.yaml`],
    },
    { Sid: "State", Effect: "Allow", Action: ["s3:GetObject", ...writes], Resource: own },
  ];
}

/**
 * What a role may do, for exactly this stack.
 *
 * @param role - which role; the deploying one may do what the previewing one may, and more.
 * @throws UnknownTypeError when the program registers a type that the table does not know.
 * @throws BoundaryError when the roles' permissions boundary is none of the account.
 * @throws StackNamesError when a resource's name cannot be told before it exists.
 */
export function permissions(subject: RoleSubject, role: CiRole): Permissions {
  const access = accessOf(subject.resources);
  const grants = merged(
    access.flatMap(({ preview, deploy }) => (role === "deploy" ? [preview, deploy] : [preview])),
  );
  const names = stackNames(subject.resources);
  const reach = reaches(subject.scope, subject.stack, names, boundaryArn(subject));
  const statements = [...grants].map(([limit, actions]): Permission => {
    const { resources, condition }: Reach = reach[limit];
    return {
      Sid: limit.charAt(0).toUpperCase() + limit.slice(1),
      Effect: "Allow",
      Action: [...actions].sort(),
      Resource: resources,
      ...(condition && { Condition: condition }),
    };
  });
  return {
    Version: "2012-10-17",
    Statement: [
      ...statements,
      ...(role === "deploy" ? passRoles(subject) : []),
      ...(subject.stateBucket === undefined ? [] : stateAccess(subject, subject.stateBucket, role)),
    ],
  };
}
