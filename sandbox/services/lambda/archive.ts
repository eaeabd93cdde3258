import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { AwsError } from "../../wire/aws-error";
import { invalidParameterValue } from "./errors";

/** A deployment package, unpacked. */
export interface Archive {
  /** SHA-256 of the zip, base64, as Lambda shows it. */
  readonly sha256: string;
  /** Size of the zip, bytes. */
  readonly size: number;
  /** Files by path, with `/`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Largest zip in a request, and largest package unpacked, bytes. Source: AWS Lambda Developer Guide, "Lambda quotas". */
const MAX_ZIP_BYTES = 52_428_800;
const MAX_UNPACKED_BYTES = 262_144_000;

const leavesItsFolder = (path: string) => path.startsWith("/") || path.split(/[/\\]/).includes("..");

/**
 * Reads a deployment package.
 *
 * @throws AwsError - `RequestEntityTooLargeException`, or `InvalidParameterValueException` when it is no zip,
 * too large unpacked, or has a path that leads out of its folder.
 */
export function readArchive(zip: Uint8Array): Archive {
  if (zip.length > MAX_ZIP_BYTES) {
    const limit = `Request must be smaller than ${MAX_ZIP_BYTES} bytes for the CreateFunction operation`;
    throw new AwsError("RequestEntityTooLargeException", 413, limit);
  }
  let unpacked = 0;
  let files: [string, Uint8Array][];
  try {
    const entries = unzipSync(zip, {
      // Sizes are checked before anything is unpacked, so that a small zip cannot fill the memory.
      filter: ({ name, originalSize }) => {
        unpacked += originalSize;
        return !name.endsWith("/") && unpacked <= MAX_UNPACKED_BYTES;
      },
    });
    files = Object.entries(entries);
  } catch {
    throw unreadable();
  }
  if (unpacked > MAX_UNPACKED_BYTES) {
    throw invalidParameterValue(`Unzipped size must be smaller than ${MAX_UNPACKED_BYTES} bytes`);
  }
  if (files.length === 0) throw invalidParameterValue("Uploaded file must be a non-empty zip");
  if (files.some(([path]) => leavesItsFolder(path))) throw unreadable();
  return {
    sha256: createHash("sha256").update(zip).digest("base64"),
    size: zip.length,
    files: new Map(files),
  };
}

const unreadable = () =>
  invalidParameterValue("Could not unzip uploaded file. Please check your file, then try to upload again.");

/** The zip of a request; packages in S3 and images are not known here. */
export function zipOf(code: { ZipFile?: Uint8Array | undefined } | undefined): Uint8Array {
  if (code?.ZipFile) return code.ZipFile;
  throw invalidParameterValue("The sandbox takes code as a zip in the request only (ZipFile).");
}
