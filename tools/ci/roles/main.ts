import { partitionOf } from "../../../lib/aws/arns";
import { defineCommand, type Io } from "../../../lib/command/command";
import { runMain } from "../../../lib/command/main";
import { choice, optional, preset, text, type Values } from "../../../lib/command/option";
import { deploy } from "../../../pulumi-host/program/deploy";
import { readStackFiles } from "../../../pulumi-host/program/stack-files";
import { stackOption } from "../../options";
import { regionOf } from "../../stack-region";
import { boundary, boundaryArn, boundaryName, isBounded } from "./boundary";
import { type CiRole, permissions } from "./documents";
import { operatorPermissions, operatorScope } from "./operator";
import type { RoleSubject } from "./subject";
import { trust } from "./trust";

const ROLES = ["preview", "deploy"] as const satisfies readonly CiRole[];

const REPOSITORY =
  "OWNER/NAME, or OWNER@ID/NAME@ID where the repository has immutable subject claims; without it the trust documents " +
  "are left out";

const OPTIONS = {
  stack: stackOption("stack"),
  account: text("id", "account of the stack, 12 digits", "the 12 digits of an account", /^\d{12}$/),
  repository: optional(
    text("repo", REPOSITORY, "OWNER/NAME or OWNER@ID/NAME@ID", /^[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?$/),
  ),
  stateBucket: optional(
    text(
      "name",
      "S3 bucket of the state; without it nothing is granted on the state",
      "the name of a bucket",
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    ),
  ),
  role: optional(choice([...ROLES, "operator"], "only this role")),
  output: preset(choice(["text", "json"], "how they are printed"), "text"),
};

type RolesOptions = Values<typeof OPTIONS>;

async function subjectOf(
  { stack, account, stateBucket }: RolesOptions,
  { project }: Io,
): Promise<RoleSubject> {
  const files = readStackFiles(project, stack);
  const region = regionOf(files);
  // The program's own run says what it registers; no document here names the endpoint.
  const { resources } = await deploy({
    files,
    account,
    region,
    iotDataEndpoint: `${account}-ats.iot.${region}.amazonaws.com`,
    log: () => undefined,
  });
  return {
    scope: { partition: partitionOf(region), region, account },
    project: files.project,
    stack,
    resources,
    ...(stateBucket !== undefined && { stateBucket }),
  };
}

type Documents = readonly (readonly [name: string, document: object])[];

function documentsOf({ repository, role: only }: RolesOptions, subject: RoleSubject): Documents {
  const ofCi = ROLES.filter((role) => only === undefined || role === only).flatMap((role): Documents => {
    const trusted: Documents =
      repository === undefined
        ? []
        : [[`${role}-trust`, trust(subject.scope, repository, subject.stack, role)]];
    const bounding: Documents = role === "deploy" ? [["permissions-boundary", boundary(subject)]] : [];
    return [...bounding, ...trusted, [`${role}-permissions`, permissions(subject, role)]];
  });
  if (only !== undefined && only !== "operator") return ofCi;
  return [...ofCi, ["operator-permissions", operatorPermissions(operatorScope(subject))]];
}

/** What is missing, each with its remedy; nothing of it is in the documents. */
function remarks({ repository, role }: RolesOptions, subject: RoleSubject): string[] {
  if (role === "operator") return [];
  const lines =
    repository === undefined ? ["The trust documents are left out; add --repository OWNER/NAME."] : [];
  if (role === "preview" || isBounded(subject)) return lines;
  const name = boundaryName(subject);
  const set = `pulumi config set iot-quarantine:permissionsBoundary ${name} --stack ${subject.stack}`;
  return [
    ...lines,
    `The config of stack ${subject.stack} names no permissions boundary, and AWS will refuse the deploying role every role without it. Make the policy ${boundaryArn(subject)} of the document permissions-boundary, then: ${set} (docs/ci.md, step 4).`,
  ];
}

/** Prints the IAM documents of the roles of CI. */
export const rolesCommand = defineCommand({
  usage: "npm run ci:roles -- --stack <name> --account <id> [options]",
  about:
    "Prints the IAM documents of the roles that the workflows preview and deploy a stack with, limited to the resources " +
    "that the program registers for it, of the policy that bounds the stack's own roles, and of whoever operates the stack " +
    "by `npm run quarantine`. Nothing is asked of AWS.",
  options: OPTIONS,
  notes: `An administrator makes that policy, the permissions boundary, before the deploying role, which can make or change no
role without it and cannot change the policy:
  1. aws iam create-policy with the document permissions-boundary;
  2. pulumi config set iot-quarantine:permissionsBoundary NAME --stack STACK, where NAME is the policy's;
  3. aws iam create-role and put-role-policy for the two roles.
A stack that is there already is deployed once by the administrator between 2 and 3. All commands: docs/ci.md.`,
  exits: { 0: "they are printed" },
  run: async (options, io) => {
    const subject = await subjectOf(options, io);
    const documents = documentsOf(options, subject);
    const printed =
      options.output === "json"
        ? JSON.stringify(Object.fromEntries(documents), null, 2)
        : documents.map(([name, document]) => `# ${name}\n${JSON.stringify(document, null, 2)}`).join("\n\n");
    io.stdout.write(`${printed}\n`);
    for (const line of remarks(options, subject)) io.stderr.write(`${line}\n`);
    return 0;
  },
});

if (require.main === module) void runMain(rolesCommand);
