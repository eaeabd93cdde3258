import { join, relative } from "node:path";
import { buildPack } from "./build";

// Makes the policy pack as it is installed elsewhere: `npm pack ./policy-pack/dist` then makes its tarball.
const ROOT = join(__dirname, "..", "..");

async function main(): Promise<void> {
  const folder = join(ROOT, "policy-pack", "dist");
  const { name, version } = await buildPack(folder);
  process.stdout.write(`${name} ${version} is in ${relative(process.cwd(), folder)}.\n`);
}

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
