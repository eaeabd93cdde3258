import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Zippable, zipSync } from "fflate";
import { type Archive, type Asset, isArchive, isAsset } from "./property-values";

/** Files in a zip are dated so that the same files always make the same bytes. */
const ZIP_DATE = new Date("1980-01-01T00:00:00");

function bytesOf(asset: Asset, folder: string): Uint8Array {
  if (asset.text !== undefined) return new TextEncoder().encode(asset.text);
  return readFileSync(resolve(folder, asset.path ?? ""));
}

/**
 * Makes the zip that a provider would upload for an archive of the program.
 *
 * @param archive - Files by their path; each must be an asset.
 * @param folder - Folder that relative paths start from.
 * @throws Error - what the archive holds is of a kind that this program does not use.
 */
export function zipOf(archive: Archive, folder: string): Uint8Array {
  if (!archive.assets) throw new Error("The code of a function must be an archive of assets.");
  const files: Record<string, Uint8Array> = {};
  for (const [path, asset] of Object.entries(archive.assets)) {
    if (!isAsset(asset)) throw new Error(`${path} of the archive must be a file.`);
    files[path] = bytesOf(asset, folder);
  }
  return zipFiles(files);
}

/** Makes that zip of files by their path. */
export function zipFiles(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const zippable: Zippable = {};
  for (const [path, bytes] of Object.entries(files)) zippable[path] = [bytes, { mtime: ZIP_DATE, level: 9 }];
  return zipSync(zippable);
}

/** Reads a property that must be an archive. */
export function archiveFrom(value: unknown): Archive {
  if (!isArchive(value)) throw new Error("The code of a function must be an archive.");
  return value;
}
