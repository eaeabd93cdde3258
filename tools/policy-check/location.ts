import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourcePosition } from "../../pulumi-host/program/registration";

/** A place in the source. */
export interface Location {
  /** Path from the repository's root, with slashes. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** The folder of the repository that holds `folder`; `folder` itself where it is in none. */
export function repositoryRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return folder;
  }
}

/** Path of a file from the root, with slashes; undefined when it lies outside. */
export function pathFrom(root: string, file: string): string | undefined {
  const path = relative(root, file);
  return path.startsWith("..") || isAbsolute(path) ? undefined : path.split(sep).join("/");
}

/** Finds a position in the repository; undefined when it lies outside. */
export function locationOf(root: string, { uri, line, column }: SourcePosition): Location | undefined {
  const file = uri.startsWith("file:") ? pathFrom(root, fileURLToPath(uri)) : undefined;
  return file === undefined ? undefined : { file, line, column };
}
