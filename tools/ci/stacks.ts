import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { regionFault } from "../../lib/aws/region";
import { ExpectedError } from "../../lib/command/expected-error";

/** A stack of the project, as a workflow needs to know it. */
export interface Stack {
  /** Name: what stands between `Pulumi.` and `.yaml`. */
  readonly name: string;
  /** Region code from the stack's `aws:region`, for example `us-east-1`. */
  readonly region: string;
}

/** The stacks cannot be told from the folder's files; the message says what to do. */
export class StacksError extends ExpectedError {}

/** Stacks by these names are deployed after all others. */
const LAST = ["prod", "production"];

const rank = (name: string): number => (name === "dev" ? 0 : LAST.includes(name) ? 2 : 1);

/**
 * The order in which stacks are deployed: `dev` first, `prod` and `production` last, the rest by name between.
 *
 * @param names - names of stacks, in any order.
 */
export function orderStacks(names: readonly string[]): string[] {
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Name of the GitHub environment whose jobs preview a stack; that of the deploying jobs is the stack's own name. */
export const previewEnvironment = (stack: string): string => `${stack}-preview`;

function regionOf(path: string): string {
  let text: unknown;
  try {
    text = parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new StacksError(`${path} is no YAML: ${(cause as Error).message}`, { cause });
  }
  const region = (text as { config?: Record<string, unknown> } | null)?.config?.["aws:region"];
  const fault = regionFault(region);
  if (fault !== undefined) throw new StacksError(`${path}: ${fault}`);
  return String(region);
}

/**
 * The stacks of a folder, in the order in which they are deployed.
 *
 * @param folder - the folder of `Pulumi.yaml`.
 * @throws StacksError when there is none, one has no region, or two would share an environment.
 */
export function readStacks(folder: string): Stack[] {
  // The pattern is also what keeps a name harmless in a shell, an expression and a Markdown text.
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const names = files.flatMap((file) => /^Pulumi\.([\w.-]+)\.yaml$/.exec(file)?.[1] ?? []);
  if (names.length === 0) throw new StacksError(`There is no Pulumi.<stack>.yaml in ${folder}.`);
  const stacks = orderStacks(names).map((name) => ({
    name,
    region: regionOf(join(folder, `Pulumi.${name}.yaml`)),
  }));
  const owners = new Map<string, string>();
  for (const { name } of stacks) {
    for (const environment of [name, previewEnvironment(name)]) {
      // GitHub tells no capitals apart (GitHub documentation, "Managing environments for deployment").
      const other = owners.get(environment.toLowerCase());
      if (other !== undefined) {
        throw new StacksError(
          `Rename stack ${name} or ${other}: both would have the environment ${environment}.`,
        );
      }
      owners.set(environment.toLowerCase(), name);
    }
  }
  return stacks;
}
