import { mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folders of one execution environment, which no other sees. */
export interface OwnFolders {
  /** Its home: empty, to be read only. */
  readonly home: string;
  /** Its temporary folder, the one that it may write to. */
  readonly tmp: string;
  /** Removes both with all that is in them. */
  readonly remove: () => Promise<void>;
}

/** Makes a fresh folder by its real path: Node's permissions are for paths as they are written. */
export const makeFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), "iot-quarantine-function-")));

/** Makes the folders of an execution environment. */
export function makeOwnFolders(): OwnFolders {
  const root = makeFolder();
  const [home, tmp] = [join(root, "home"), join(root, "tmp")];
  mkdirSync(home);
  mkdirSync(tmp);
  return { home, tmp, remove: () => rm(root, { recursive: true, force: true }) };
}

/** What a function's process may do with files; it may do nothing else with any. */
export interface FileAccess {
  /** Files, and folders with all that is in them, that it may read. */
  readonly read: readonly string[];
  /** Such that it may write. */
  readonly write: readonly string[];
}

const has = (flag: string) => process.allowedNodeEnvironmentFlags.has(flag);
/** Node 20 only knows the permission model by its former name. */
const PERMISSION = has("--permission") ? "--permission" : "--experimental-permission";
/** From Node 25 on the network is confined too. */
const NETWORK = has("--allow-net") ? ["--allow-net"] : [];
/** Node says once that a flag is experimental, where the function's log begins. */
const QUIET =
  PERMISSION === "--permission" && NETWORK.length === 0 ? [] : ["--disable-warning=ExperimentalWarning"];
/** `node:sqlite` opens files that the permission model does not cover. */
const DATABASE = has("--no-experimental-sqlite") ? ["--no-experimental-sqlite"] : [];

/**
 * Flags of a Node that may use these files and the network, and that may start no program, worker, debugger or native
 * code.
 *
 * Source: Node.js documentation, "Permissions", section "Permission Model". It is a seat belt, not a wall: V8 is trusted.
 */
export function confinementFlags({ read, write }: FileAccess): string[] {
  return [
    ...[PERMISSION, ...NETWORK, ...QUIET, ...DATABASE],
    ...read.map((path) => `--allow-fs-read=${path}`),
    ...write.map((path) => `--allow-fs-write=${path}`),
  ];
}
