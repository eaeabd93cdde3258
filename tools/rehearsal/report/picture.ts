import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineCommand } from "../../../lib/command/command";
import { ExpectedError } from "../../../lib/command/expected-error";
import { runMain } from "../../../lib/command/main";
import { rehearsalCommand } from "../main";
import { browse, findBrowser } from "./browser";

/** Rehearses the dev stack and takes the picture of its report that README shows. */
export const pictureCommand = defineCommand({
  usage: "npm run rehearse:picture",
  about:
    "Rehearses the stack dev and takes a picture of its report, docs/rehearsal.png, by a headless Chromium.",
  options: {},
  exits: { 0: "the picture is taken", 1: "the rehearsal does not hold" },
  run: async (_options, io) => {
    const browser = findBrowser(io.env);
    if (browser === undefined)
      throw new ExpectedError(
        "There is no Chromium on the PATH. Install one, such as Debian's package chromium.",
      );
    const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-picture-"));
    try {
      const page = join(folder, "report.html");
      const code = await rehearsalCommand.run(["--report", page], io);
      if (code !== 0) return code;
      const picture = join(io.project, "docs", "rehearsal.png");
      await browse(browser, page, ["--window-size=880,640", `--screenshot=${picture}`]);
      io.stderr.write(`${picture} is of this rehearsal.\n`);
      return 0;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});

if (require.main === module) void runMain(pictureCommand);
