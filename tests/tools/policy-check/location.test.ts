import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locationOf, pathFrom, repositoryRoot } from "../../../tools/policy-check/location";

test("the root is the nearest folder with .git, be it a folder or a worktree's file", () => {
  const outer = mkdtempSync(join(tmpdir(), "location-"));
  try {
    mkdirSync(join(outer, ".git"));
    mkdirSync(join(outer, "a", "b"), { recursive: true });
    expect(repositoryRoot(join(outer, "a", "b"))).toBe(outer);
    writeFileSync(join(outer, "a", ".git"), "gitdir: elsewhere\n");
    expect(repositoryRoot(join(outer, "a", "b"))).toBe(join(outer, "a"));
  } finally {
    rmSync(outer, { recursive: true });
  }
});

test("a folder in no repository is its own root", () => {
  expect(repositoryRoot("/no-such-folder/program")).toBe("/no-such-folder/program");
});

test.each([
  ["/r", "/r/a/b.ts", "a/b.ts"],
  ["/r/a", "/r/b.ts", undefined],
  ["/r", "/rest/b.ts", undefined],
])("from %s, %s is %s", (root, file, path) => {
  expect(pathFrom(root, file)).toBe(path);
});

test.each([
  ["file:///r/a%20b/c.ts", { file: "a b/c.ts", line: 3, column: 1 }],
  ["file:///elsewhere/c.ts", undefined],
  ["project://r/c.ts", undefined],
])("the position in %s is %j", (uri, location) => {
  expect(locationOf("/r", { uri, line: 3, column: 1 })).toEqual(location);
});
