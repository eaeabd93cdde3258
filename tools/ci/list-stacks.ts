import { resolve } from "node:path";
import { defineCommand } from "../../lib/command/command";
import { runMain } from "../../lib/command/main";
import { operand, preset, text } from "../../lib/command/option";
import { readStacks } from "./stacks";

/** Tells a workflow of the stacks. */
export const listStacksCommand = defineCommand({
  usage: "node -r ./transpile.js tools/ci/list-stacks.ts [folder]",
  about:
    "Prints lines of `name=JSON` for $GITHUB_OUTPUT: all stacks, the first one to deploy, and those after it.",
  options: { folder: operand(preset(text("folder", "holds the stacks' files", "a folder"), ".")) },
  exits: { 0: "they are printed" },
  run: ({ folder }, { cwd, stdout }) => {
    const stacks = readStacks(resolve(cwd, folder));
    const [first, ...later] = stacks;
    const lines = Object.entries({ stacks, first, later }).map(
      ([name, value]) => `${name}=${JSON.stringify(value)}\n`,
    );
    stdout.write(lines.join(""));
    return 0;
  },
});

if (require.main === module) void runMain(listStacksCommand);
