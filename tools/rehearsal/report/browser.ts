import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";

/** What the browser is called by those who package it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A headless browser of this machine; undefined where there is none. */
export function findBrowser({ PATH = "" }: NodeJS.ProcessEnv): string | undefined {
  const paths = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return paths.find((path) => existsSync(path));
}

/** What a browser printed. */
interface Browsed {
  readonly output: string;
  readonly errors: string;
}

/** Opens a page without a window, in a profile of its own that is gone afterwards. */
export async function browse(browser: string, page: string, args: readonly string[]): Promise<Browsed> {
  const profile = mkdtempSync(join(tmpdir(), "iot-quarantine-browser-"));
  // Its own sandbox cannot be had as root, nor in most containers; the page is ours and asks nothing of any network.
  const usual = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    `--user-data-dir=${profile}`,
  ];
  try {
    const child = spawn(browser, [...usual, ...args, `file://${page}`], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await once(child, "close");
    const [output, errors] = await printed;
    if (code !== 0) throw new Error(`${browser} ended with exit code ${code}: ${errors.slice(-500)}`);
    return { output, errors };
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
