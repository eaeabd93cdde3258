import { rmSync } from "node:fs";

/** Removes what `cheaper-processes.ts` had kept. */
export default function tearDown(): void {
  const { KEPT_FOLDER } = process.env;
  if (KEPT_FOLDER !== undefined) rmSync(KEPT_FOLDER, { recursive: true, force: true });
}
