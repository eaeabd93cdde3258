import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** A code block of a Markdown page. */
export interface CodeBlock {
  /** Its language; empty where none is given. */
  readonly language: string;
  /** Its text, without the indentation of the list that it stands in. */
  readonly text: string;
}

/** The code blocks of a page of the repository, or of one section of it, in order. */
export function codeBlocks(page: string, section?: string): CodeBlock[] {
  const text = readFileSync(resolve(__dirname, "../../..", page), "utf8");
  const part =
    section === undefined ? text : text.split(/^## /m).find((one) => one.startsWith(`${section}\n`));
  if (part === undefined) throw new Error(`${page} has no section "${section}".`);
  return [...part.matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)].map(
    ([, indent = "", language = "", code = ""]) => ({
      language,
      text: code.replace(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

/** The commands in a block, each as its words, without comments; single quotes hold a word together. */
export const commandsOf = ({ text }: CodeBlock): string[][] =>
  text
    .split("\n")
    .map((line) => line.replace(/\s+#.*$/, ""))
    .filter((line) => line !== "")
    .map((line) => (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, "")));

/** The commands of `pulumi` in a block, each as arguments. */
export const pulumiCommands = (block: CodeBlock): string[][] =>
  commandsOf(block)
    .filter(([command]) => command === "pulumi")
    .map(([, ...args]) => args);
