import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import startKeeping from "../../support/cheaper-processes";

/** Makes the file in which the engine's operations are counted, across all workers. */
export default function setUp(): void {
  startKeeping();
  const file = join(mkdtempSync(join(tmpdir(), "iot-quarantine-count-")), "operations");
  writeFileSync(file, "");
  process.env.ENGINE_OPERATIONS_FILE = file;
}
