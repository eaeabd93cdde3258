import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "../../../lib/command/command";
import { runMain } from "../../../lib/command/main";
import { permissionsPage } from "./page";

const permissionsCommand = defineCommand({
  usage: "npm run ci:permissions",
  about: "Writes docs/permissions.md: what each function may do, and what breaks without it.",
  options: {},
  exits: { 0: "it is written" },
  run: (_options, { project }) => {
    writeFileSync(join(project, "docs", "permissions.md"), permissionsPage());
    return 0;
  },
});

if (require.main === module) void runMain(permissionsCommand);
