import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildPack } from "../../tools/policy-pack/build";
import { copyPackages, withTheirs } from "../support/installed";
import { Engine } from "./support/engine";

const PACK = "node_modules/iot-quarantine-policies";

let engine: Engine;
let built: string;
let version: string;

/** Runs npm without network, and without what the machine has in its cache. */
const npm = (folder: string, ...args: string[]) =>
  execFileSync("npm", [...args, "--offline", "--cache", join(built, ".cache"), "--no-audit", "--no-fund"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

/** An empty project elsewhere, with Pulumi's own packages, into which the tarball is installed. */
async function installElsewhere(): Promise<string> {
  ({ version } = await buildPack(join(built, "dist")));
  const [{ filename }] = JSON.parse(npm(join(built, "dist"), "pack", "--json", "--pack-destination", built));
  const folder = mkdtempSync(join(tmpdir(), "elsewhere-"));
  cpSync(resolve(__dirname, "programs", "watch"), folder, { recursive: true });
  copyPackages(withTheirs(["@pulumi/pulumi", "@pulumi/policy"]), folder);
  // Links their commands: npm would fetch anew what lacks its own.
  npm(folder, "rebuild", "--ignore-scripts");
  npm(folder, "install", join(built, filename));
  return folder;
}

beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), "iot-quarantine-pack-"));
  engine = await Engine.start({ folder: await installElsewhere() });
  engine.project.configure("dev", { "aws-native:region": "us-east-1" });
  await engine.init("dev");
});

afterAll(async () => {
  await engine.stop();
  rmSync(built, { recursive: true, force: true });
});

const elsewhere = (path: string) => join(engine.project.folder, path);

test("the tarball holds the pack and nothing that leads back to its sources", () => {
  const files = readdirSync(elsewhere(PACK), { recursive: true });
  expect(files.map(String).sort()).toEqual([
    "LICENSE",
    "PulumiPolicy.yaml",
    "README.md",
    "index.js",
    "package.json",
  ]);
  const code = readFileSync(elsewhere(`${PACK}/index.js`), "utf8");
  const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = ""]) => name);
  expect(required.filter((name) => !name.startsWith("node:"))).toEqual(["@pulumi/policy"]);
  expect(code).not.toContain(resolve(__dirname, "../.."));
  expect(readdirSync(elsewhere("node_modules"))).not.toContain("sucrase");
});

test("a preview is judged by the installed pack", async () => {
  const { code, findings, text } = await engine.run("preview", { args: ["--policy-pack", PACK] });
  expect(code).not.toBe(0);
  expect(text).toContain(`iot-quarantine@v${version}`);
  expect(findings.filter(({ level }) => level === "mandatory").map(({ policy }) => policy)).toEqual([
    "security-profile-alerts",
  ]);
});

test("a stack as it is, is analyzed by the installed pack without running its program", async () => {
  const analyze = () => engine.pulumi(["policy", "analyze", "--stack", "dev", "--policy-pack", PACK]);
  await engine.apply();
  const faulty = await analyze();
  expect(faulty.text).toMatch(/\[mandatory\].*security-profile-alerts/);
  expect(faulty.code).not.toBe(0);
  engine.project.configure("dev", {
    "aws-native:region": "us-east-1",
    "watch:topic": "arn:aws:sns:us-east-1:123456789012:alarms",
  });
  await engine.apply();
  const mended = await analyze();
  expect(mended.text).not.toMatch(/\[mandatory\]/);
  expect(mended.code).toBe(0);
});
