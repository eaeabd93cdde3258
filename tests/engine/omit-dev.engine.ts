import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { copyPackages, withoutDev } from "../support/installed";
import { copySources } from "../support/project-copy";
import { Engine } from "./support/engine";
import { liveProfile } from "./support/live";

const PACK = ["--policy-pack", "policy-pack"];
/** A clone in which `npm ci --omit=dev` has run; without one, what the lock file says that it installs. */
const CLONE = process.env.IOT_QUARANTINE_CLONE;

let engine: Engine;

/** The program and what it is deployed with; the sandbox and the providers run from here, with all there is. */
function projectWithoutDev(): string {
  const folder = copySources(CLONE);
  if (CLONE === undefined) copyPackages(withoutDev(), folder);
  else symlinkSync(join(CLONE, "node_modules"), join(folder, "node_modules"));
  return folder;
}

beforeAll(async () => {
  engine = await Engine.start({ folder: projectWithoutDev(), bundlesAnew: true });
  await engine.init("dev");
});

afterAll(() => engine.stop());

test("what development alone needs is not there", () => {
  const isThere = (name: string) => existsSync(join(engine.project.folder, "node_modules", name));
  expect(["jest", "yaml", "aedes", "@biomejs/biome"].filter(isThere)).toEqual([]);
  expect(["sucrase", "esbuild", "@pulumi/policy"].filter((name) => !isThere(name))).toEqual([]);
});

test("program and pack preview and deploy without what development needs", async () => {
  // With a preview of its own.
  const { findings } = await engine.succeed("up", { args: PACK });
  expect(findings.filter(({ level }) => level === "mandatory")).toEqual([]);
  const { behaviors } = await liveProfile(engine.sandbox.clients, "MsgSentSecProfile");
  expect(behaviors.length).toBeGreaterThan(0);
});
