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

const textOf = new Map(sources.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));

const arrows = new Map<string, string>();
for (const [file, text] of textOf) {
  for (const [, specifier = ""] of text.matchAll(IMPORT)) {
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

/** Longest line that the formatter leaves. */
const WIDTH = 110;

/** A body of one statement in braces, where both would fit on a line without them. */
const bracedBodies = (text: string) =>
  [
    ...text.matchAll(
      /^( *(?:if|for|while) \(.*\)) \{\n +((?:return|throw|continue|break|await|\w).*;)\n +\}$/gm,
    ),
  ].filter(
    ([, head = "", body = ""]) =>
      `${head} ${body}`.length <= WIDTH && !/^(?:const|let|if|for|while)\b/.test(body),
  );

// What Biome has no rule for.
test.each<[string, (text: string) => readonly RegExpMatchArray[]]>([
  ["a body that fits on the line of its condition has no braces", bracedBodies],
  [
    "a member is private by #, but for a constructor",
    (text) => [...text.matchAll(/^ +private (?!constructor)/gm)],
  ],
  [
    "a parameter's note follows a dash",
    (text) => [...text.matchAll(/@param (?:\{[^}]*\} )?[\w$.]+ (?!- )/g)],
  ],
])("%s", (_rule, breachesOf) => {
  const breaches = [...textOf].flatMap(([file, text]) =>
    breachesOf(text).map(([breach]) => `${file}: ${breach}`),
  );
  expect(breaches).toEqual([]);
});
