import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const ROOT = join(__dirname, "..");
const IMPORT = /(?:from |import\(|require\()"(\.[^"]+)"/g;

const FOLDERS = ["functions", "infra", "lib", "policy-pack", "pulumi-host", "sandbox", "tools"];
const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`),
);

/** Where two files part: the folders, of one folder, that they are in. Undefined where one is in that folder itself. */
function partingOf(from: string, to: string): readonly [string, string] | undefined {
  const [own, other] = [from.split("/"), to.split("/")];
  const depth = own.findIndex((name, index) => name !== other[index]);
  const isFolder = (path: readonly string[]) => depth >= 0 && depth < path.length - 1;
  const upTo = (path: readonly string[]) => path.slice(0, depth + 1).join("/");
  return isFolder(own) && isFolder(other) ? [upTo(own), upTo(other)] : undefined;
}

const arrows = new Map<string, string>();
for (const file of sources) {
  for (const [, specifier = ""] of readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)) {
    const target = normalize(join(dirname(file), specifier));
    const parting = partingOf(file, target);
    if (parting) arrows.set(parting.join(" -> "), `${file} imports ${target}`);
  }
}

// Biome refuses circles of files, types included; of folders it knows nothing.
test("no two folders of one folder import each other", () => {
  const mutual = [...arrows].filter(([arrow]) => arrows.has(arrow.split(" -> ").reverse().join(" -> ")));
  expect(mutual.map(([, example]) => example)).toEqual([]);
  expect(arrows.get("functions -> lib")).toBeDefined();
});
