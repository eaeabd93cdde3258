import { readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import stopKeeping from "../../support/cheaper-processes-end";

/** Prints how many operations the engine ran. */
export default function tearDown(): void {
  const file = process.env.ENGINE_OPERATIONS_FILE ?? "";
  const counts = new Map<string, number>();
  for (const verb of readFileSync(file, "utf8").split("\n")) {
    if (verb !== "") counts.set(verb, (counts.get(verb) ?? 0) + 1);
  }
  rmSync(dirname(file), { recursive: true });
  stopKeeping();
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const each = [...counts].map(([verb, count]) => `${verb} ${count}`).join(", ");
  process.stdout.write(`\nEngine operations: ${total} (${each})\n`);
}
