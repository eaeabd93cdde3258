import { join, relative } from "node:path";
import { defineCommand } from "../../lib/command/command";
import { runMain } from "../../lib/command/main";
import { buildPack } from "./build";

/** Makes the policy pack as it is installed elsewhere. */
export const packCommand = defineCommand({
  usage: "npm run pack:policies",
  about:
    "Makes the policy pack as it is installed elsewhere, in policy-pack/dist: `npm pack ./policy-pack/dist` then makes " +
    "its tarball.",
  options: {},
  exits: { 0: "it is made" },
  run: async (_options, { cwd, project, stdout }) => {
    const folder = join(project, "policy-pack", "dist");
    const { name, version } = await buildPack(folder);
    stdout.write(`${name} ${version} is in ${relative(cwd, folder)}.\n`);
    return 0;
  },
});

if (require.main === module) void runMain(packCommand);
