import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { partitionOf } from "../../../lib/aws/arns";
import { BoundaryError } from "../../../lib/policy-language/iam/boundary";
import { deploy } from "../../../pulumi-host/program/deploy";
import { DeployError } from "../../../pulumi-host/program/deploy-error";
import { readStackFiles, StackFilesError } from "../../../pulumi-host/program/stack-files";
import { readStacks, StacksError } from "../stacks";
import { boundary, boundaryArn, boundaryName, isBounded } from "./boundary";
import { type CiRole, permissions, type RoleSubject, UnknownTypeError } from "./documents";
import { StackNamesError } from "./stack-names";
import { trust } from "./trust";

const FOLDER = resolve(__dirname, "..", "..", "..");

const HELP = `Usage: npm run ci:roles -- --stack NAME --account ID [options]

Prints the IAM documents of the roles that the workflows preview and deploy a stack with, limited to the resources
that the program registers for it, and of the policy that bounds the stack's own roles. Nothing is asked of AWS.

An administrator makes that policy, the permissions boundary, before the deploying role, which can make or change no role
without it and cannot change the policy:
  1. aws iam create-policy with the document permissions-boundary;
  2. pulumi config set iot-quarantine:permissionsBoundary NAME --stack STACK, where NAME is the policy's;
  3. aws iam create-role and put-role-policy for the two roles.
A stack that is there already is deployed once by the administrator between 2 and 3. All commands: docs/ci.md.

  --stack NAME          stack, from Pulumi.<name>.yaml
  --account ID          account of the stack, 12 digits
  --repository REPO     OWNER/NAME, or OWNER@ID/NAME@ID where the repository has immutable subject claims; without it
                        the trust documents are left out
  --state-bucket NAME   S3 bucket of the state; without it nothing is granted on the state
  --role preview|deploy only this role
  --output text|json    how they are printed (default text)
  --help                print this

Exit code 0, or 2 when it could not run.
`;

const ROLES: readonly CiRole[] = ["preview", "deploy"];

class UsageError extends Error {}

interface Options {
  readonly stack: string;
  readonly account: string;
  readonly repository?: string;
  readonly stateBucket?: string;
  readonly roles: readonly CiRole[];
  readonly json: boolean;
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        stack: { type: "string" },
        account: { type: "string" },
        repository: { type: "string" },
        "state-bucket": { type: "string" },
        role: { type: "string" },
        output: { type: "string", default: "text" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

/** All faults of the arguments, each with its remedy. */
function faults(values: ReturnType<typeof parse>): string[] {
  const rules: [string, string | undefined, RegExp, string][] = [
    ["stack", values.stack ?? "", /^[\w.-]+$/, "the name of a stack"],
    ["account", values.account ?? "", /^\d{12}$/, "the 12 digits of an account"],
    ["repository", values.repository, /^[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?$/, "OWNER/NAME or OWNER@ID/NAME@ID"],
    ["state-bucket", values["state-bucket"], /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket"],
    ["role", values.role, /^(preview|deploy)$/, "preview or deploy"],
    ["output", values.output, /^(text|json)$/, "text or json"],
  ];
  return rules
    .filter(([, value, pattern]) => value !== undefined && !pattern.test(value))
    .map(([name, value, , wanted]) => `Set --${name} to ${wanted}; it is "${value}".`);
}

function readOptions(args: string[]): Options | "help" {
  const values = parse(args);
  if (values.help) return "help";
  const wrong = faults(values);
  if (wrong.length > 0) throw new UsageError(wrong.join("\n"));
  const { stack = "", account = "", repository, "state-bucket": stateBucket, role, output } = values;
  return {
    stack,
    account,
    ...(repository !== undefined && { repository }),
    ...(stateBucket !== undefined && { stateBucket }),
    roles: ROLES.filter((known) => role === undefined || role === known),
    json: output === "json",
  };
}

async function subjectOf({ stack, account, stateBucket }: Options): Promise<RoleSubject> {
  const files = readStackFiles(FOLDER, stack);
  const region = readStacks(FOLDER).find(({ name }) => name === stack)?.region ?? "";
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

function documentsOf(options: Options, subject: RoleSubject): Documents {
  const { repository, roles } = options;
  return roles.flatMap((role): Documents => {
    const trusted: Documents =
      repository === undefined
        ? []
        : [[`${role}-trust`, trust(subject.scope, repository, subject.stack, role)]];
    const bounding: Documents = role === "deploy" ? [["permissions-boundary", boundary(subject)]] : [];
    return [...bounding, ...trusted, [`${role}-permissions`, permissions(subject, role)]];
  });
}

/** What is missing, each with its remedy; nothing of it is in the documents. */
function remarks({ repository, roles }: Options, subject: RoleSubject): string[] {
  const lines =
    repository === undefined ? ["The trust documents are left out; add --repository OWNER/NAME."] : [];
  if (!roles.includes("deploy") || isBounded(subject)) return lines;
  const name = boundaryName(subject);
  const set = `pulumi config set iot-quarantine:permissionsBoundary ${name} --stack ${subject.stack}`;
  return [
    ...lines,
    `The config of stack ${subject.stack} names no permissions boundary, and AWS will refuse the deploying role every role without it. Make the policy ${boundaryArn(subject)} of the document permissions-boundary, then: ${set} (docs/ci.md, step 4).`,
  ];
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(HELP);
    return;
  }
  const subject = await subjectOf(options);
  const documents = documentsOf(options, subject);
  const text = options.json
    ? JSON.stringify(Object.fromEntries(documents), null, 2)
    : documents.map(([name, document]) => `# ${name}\n${JSON.stringify(document, null, 2)}`).join("\n\n");
  process.stdout.write(`${text}\n`);
  for (const line of remarks(options, subject)) process.stderr.write(`${line}\n`);
}

/** What a person can put right; anything else is a fault of this program and keeps its stack. */
const EXPECTED = [
  UsageError,
  StackFilesError,
  StacksError,
  StackNamesError,
  UnknownTypeError,
  BoundaryError,
  DeployError,
];

main().catch((error: Error) => {
  const expected = EXPECTED.some((kind) => error instanceof kind);
  process.stderr.write(`${expected ? error.message : error.stack}\n`);
  process.exitCode = 2;
});
