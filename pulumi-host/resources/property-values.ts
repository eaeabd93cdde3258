import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isObject } from "../../lib/json";

/** Properties of a resource as plain data; assets and unknown values are recognized by the functions here. */
export type Properties = Record<string, unknown>;

// Pulumi marks special values on the wire with this key. Source: pulumi/pulumi, sdk/nodejs/runtime/rpc.ts.
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Stands for a value that is known only after a deploy. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A file of an archive. */
export interface Asset {
  readonly text?: string;
  readonly path?: string;
}

/** Files by their path within the archive, or a folder or file on disk. */
export interface Archive {
  readonly assets?: Readonly<Record<string, Asset>>;
  readonly path?: string;
}

const signed = (value: unknown, signature: string): value is Properties =>
  isObject(value) && value[SIGNATURE_KEY] === signature;

/** Whether a value is an asset. */
export const isAsset = (value: unknown): value is Asset => signed(value, ASSET_SIGNATURE);

/** Whether a value is an archive. */
export const isArchive = (value: unknown): value is Archive => signed(value, ARCHIVE_SIGNATURE);

/** Takes secrets out of their wrapping: the sandbox keeps nothing that needs to be kept secret. */
function reveal(value: unknown): unknown {
  if (signed(value, SECRET_SIGNATURE)) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)]));
}

/** Reads properties off the wire. */
export const fromStruct = (struct: Struct | undefined): Properties =>
  reveal(struct?.toJavaScript() ?? {}) as Properties;

/** Puts properties on the wire; members that are undefined are left out. */
export const toStruct = (properties: Properties): Struct =>
  Struct.fromJavaScript(
    JSON.parse(JSON.stringify(properties)) as Parameters<typeof Struct.fromJavaScript>[0],
  );
