import { resolve } from "node:path";
import { readStacks, StacksError } from "./stacks";

// Prints lines of `name=JSON` for $GITHUB_OUTPUT: all stacks, the first one to deploy, and those after it.
try {
  const [first, ...later] = readStacks(resolve(process.argv[2] ?? "."));
  process.stdout.write(
    [
      `stacks=${JSON.stringify([first, ...later])}`,
      `first=${JSON.stringify(first)}`,
      `later=${JSON.stringify(later)}`,
      "",
    ].join("\n"),
  );
} catch (error) {
  if (!(error instanceof StacksError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
