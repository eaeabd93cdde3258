import { execFileSync } from "node:child_process";
import { quarantineCommand } from "../../../tools/quarantine/command";
import { runCommand } from "../../support/run-command";

const script = async (shell: string) => (await runCommand(quarantineCommand(), ["completion", shell])).output;

/** What bash offers for the last of some words. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const line = words.map((word) => `'${word}'`).join(" ");
  const ask = `COMP_WORDS=(iot-quarantine ${line}); COMP_CWORD=${words.length}; _iot_quarantine`;
  const program = `${await script("bash")}\n${ask}\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  const said = execFileSync("bash", ["--norc", "-c", program], { encoding: "utf8" });
  return said.split("\n").filter((word) => word !== "");
}

test("bash is offered each command and option that the help names", async () => {
  const { output: help } = await runCommand(quarantineCommand(), ["--help"]);
  const options = [...help.matchAll(/^ {2}(?:-h, )?(--[a-z-]+)/gm)].map(([, option]) => option);
  expect((await offered("--")).sort()).toEqual([...options].sort());
  const { errors } = await runCommand(quarantineCommand(), ["no-such"]);
  const [, known = ""] = /Set command to one of (.*); it is/.exec(errors) ?? [];
  expect(known.split(", ").length).toBeGreaterThan(12);
  expect(await offered("")).toEqual(known.split(", "));
});

test("the values of a closed list are offered, and no command a second time", async () => {
  expect(await offered("re")).toEqual(["release", "reject", "resume", "redrive", "reconcile"]);
  expect(await offered("list", "--output", "")).toEqual(["table", "json"]);
  expect(await offered("list", "--state", "h")).toEqual(["held"]);
  expect(await offered("completion", "")).toEqual(["bash", "zsh"]);
  expect(await offered("simulate", "--alarm", "package.js")).toEqual(["package.json"]);
  expect(await offered("release", "")).toEqual([]);
});

test("zsh loads the same after what lets it", async () => {
  const [first, ...rest] = (await script("zsh")).split("\n");
  expect(first).toContain("bashcompinit");
  expect(rest.join("\n")).toBe(await script("bash"));
});

test("a shell that there is none for is refused", async () => {
  const { code, errors } = await runCommand(quarantineCommand(), ["completion", "fish"]);
  expect([code, errors]).toEqual([2, "Name one shell: bash or zsh.\n"]);
});
