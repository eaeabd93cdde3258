import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Makes the file in which the engine's operations are counted, across all workers, and the folder where every Node that
 * they start keeps what it compiled of the packages.
 */
export default function setUp(): void {
  const folder = mkdtempSync(join(tmpdir(), "iot-quarantine-count-"));
  process.env.NODE_COMPILE_CACHE = join(folder, "compiled");
  const file = join(folder, "operations");
  writeFileSync(file, "");
  process.env.ENGINE_OPERATIONS_FILE = file;
}
