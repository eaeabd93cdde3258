import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { PackProcess } from "../../../tools/policy-check/pack/pack-process";
import { buildPack } from "../../../tools/policy-pack/build";

const ROOT = resolve(__dirname, "..", "..", "..");
const SOURCES = join(ROOT, "policy-pack");

let folder: string;
let dist: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "iot-quarantine-pack-"));
  dist = join(folder, "dist");
  await buildPack(dist);
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string) => readFileSync(path, "utf8");
const json = (path: string) => JSON.parse(read(path));

async function infoOf(pack: string) {
  const started = await PackProcess.start({ folder: pack });
  try {
    return await started.info();
  } finally {
    await started.stop();
  }
}

test("what is packed says of itself what the sources say", async () => {
  expect(await infoOf(dist)).toEqual(await infoOf(SOURCES));
});

test("both manifests are made of the pack's own, with a version of its own", () => {
  const { name, version, description, license, author, homepage } = json(join(SOURCES, "package.json"));
  const about = { version, description, license, author };
  const packed = json(join(dist, "package.json"));
  expect(packed).toMatchObject({ name, ...about, homepage, main: "index.js" });
  // Nothing keeps it from being published.
  expect(packed).not.toHaveProperty("private");
  expect(parse(read(join(dist, "PulumiPolicy.yaml")))).toEqual({
    runtime: "nodejs",
    main: "index.js",
    ...about,
    website: homepage,
  });
  expect(parse(read(join(SOURCES, "PulumiPolicy.yaml")))).toMatchObject({ version, description });
  expect(read(join(dist, "LICENSE"))).toBe(read(join(ROOT, "LICENSE")));
});

test("it asks for Pulumi's packages, from those on that it is tried with, and for no others", () => {
  const { dependencies } = json(join(ROOT, "package.json"));
  expect(json(join(dist, "package.json")).dependencies).toEqual({
    "@pulumi/policy": `^${dependencies["@pulumi/policy"]}`,
    "@pulumi/pulumi": `^${dependencies["@pulumi/pulumi"]}`,
  });
});

test("its README tells how to use it, and of nothing that is not there", () => {
  const readme = read(join(dist, "README.md"));
  expect(readme).toContain("pulumi preview --policy-pack node_modules/iot-quarantine-policies");
  expect(readme).not.toMatch(/In this repository|main\.js|policies\.ts|transpile|npm run policy/);
});

test("a folder that was filled before is made anew", async () => {
  writeFileSync(join(dist, "left.js"), "");
  await buildPack(dist);
  expect(() => read(join(dist, "left.js"))).toThrow("ENOENT");
});
