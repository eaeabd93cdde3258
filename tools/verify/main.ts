import { createInterface } from "node:readline/promises";
import { runMain } from "../../lib/command/main";
import { verifyCommand } from "./run";

async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal })).trim());
  } finally {
    terminal.close();
  }
}

void runMain(verifyCommand(process.stdin.isTTY ? { ask } : {}));
