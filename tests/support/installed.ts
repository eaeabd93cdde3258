import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { packages as locked } from "../../package-lock.json";

const PROJECT = resolve(__dirname, "..", "..");

interface LockedPackage {
  /** Only development needs it: `npm ci --omit=dev` leaves it out. */
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const PACKAGES = locked as Readonly<Record<string, LockedPackage>>;

/** Folders of all packages that `npm ci --omit=dev` installs, after the lock file. */
export function withoutDev(): string[] {
  return Object.entries(PACKAGES)
    .filter(([path, { dev }]) => path !== "" && dev !== true)
    .map(([path]) => path);
}

/** Where a package that lies at a path finds another, as Node looks for it. */
function found(name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const path = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (PACKAGES[path] !== undefined) return path;
    if (at === "") return undefined;
  }
}

/** Folders of some packages and of all that they need, after the lock file. */
export function withTheirs(names: readonly string[]): string[] {
  const paths = new Set<string>();
  const take = (name: string, from: string) => {
    const path = found(name, from);
    if (path === undefined || paths.has(path)) return;
    paths.add(path);
    const { dependencies, optionalDependencies } = PACKAGES[path] ?? {};
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) take(needed, path);
  };
  for (const name of names) take(name, "");
  return [...paths];
}

/** Links a file to another place, or copies it where that is on another disk. */
function place(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** Copies a package without the packages inside it, which come by themselves if they are wanted at all. */
function copyPackage(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isFile()) place(source, target);
    else if (entry.isDirectory() && entry.name !== "node_modules") copyPackage(source, target);
  }
}

/**
 * Copies installed packages, and nothing else, into a folder. Copies, as Node looks for what a linked package needs
 * where the link leads, and would find what is not installed here.
 */
export function copyPackages(paths: readonly string[], folder: string): void {
  for (const path of paths) {
    const source = join(PROJECT, path);
    // Of the packages for other machines there is none.
    if (existsSync(source)) copyPackage(source, join(folder, path));
  }
}
