import "../../lib/process/quiet-sdk";
import { createInterface } from "node:readline/promises";
import { run } from "./run";

const interrupted = new AbortController();

// A run is never cut off: what it made has to go first, and is named where it cannot.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    process.stderr.write("Interrupted; taking away what was made ...\n");
    interrupted.abort();
  });
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal: interrupted.signal })).trim());
  } finally {
    terminal.close();
  }
}

void run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  ...(process.stdin.isTTY && { ask }),
  signal: interrupted.signal,
}).then((code) => {
  process.exitCode = code;
});
