import * as grpc from "@grpc/grpc-js";
import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  ErrorResourceInitFailed,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { reasonOf } from "../resources/handler";
import { type Checked, PartialState, type Planned } from "../resources/lifecycle";
import { isArchive, isAsset, type Properties, toStruct } from "../resources/property-values";
import { sameValue } from "../resources/same-value";
import type { Difference } from "../resources/state";

/** The answer to a check. */
export function checkResponse({ inputs, failures }: Checked): CheckResponse {
  const listed = failures.map(({ property, reason }) =>
    new CheckFailure().setProperty(property).setReason(reason),
  );
  return new CheckResponse().setInputs(toStruct(inputs)).setFailuresList(listed);
}

const { Kind } = PropertyDiff;
const { DiffChanges } = DiffResponse;
const KINDS = { add: Kind.ADD, delete: Kind.DELETE, update: Kind.UPDATE } as const;
const REPLACING = {
  add: Kind.ADD_REPLACE,
  delete: Kind.DELETE_REPLACE,
  update: Kind.UPDATE_REPLACE,
} as const;

const isNested = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !isAsset(value) && !isArchive(value);

/** Source: pulumi/pulumi, sdk/go/common/resource/property_path.go. */
function pathIn(outer: string, holder: object, key: string): string {
  if (Array.isArray(holder)) return `${outer}[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${outer}.${key}` : `${outer}[${JSON.stringify(key)}]`;
}

/** Where two values differ, such as `tags.a`, and how. */
function places(path: string, { old, next, replaces }: Difference): [string, PropertyDiff][] {
  if (sameValue(old, next)) return [];
  if (!isNested(old) || !isNested(next)) {
    const kind = old === undefined ? "add" : next === undefined ? "delete" : "update";
    return [[path, new PropertyDiff().setKind((replaces ? REPLACING : KINDS)[kind])]];
  }
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  return keys.flatMap((key) => places(pathIn(path, old, key), { old: old[key], next: next[key], replaces }));
}

/**
 * The answer of `aws` to a diff: the inputs that differ, and in detail where in them.
 *
 * Source: pulumi/pulumi-terraform-bridge, pkg/tfbridge/provider.go, `Diff`.
 */
export function diffResponse({ differences, deleteBeforeReplace }: Planned): DiffResponse {
  const replaces = [...differences].filter(([, { replaces }]) => replaces).map(([name]) => name);
  const response = new DiffResponse()
    .setChanges(differences.size > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE)
    .setDiffsList([...differences.keys()])
    .setReplacesList(replaces)
    .setDeletebeforereplace(replaces.length > 0 && deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [name, difference] of differences) {
    for (const [path, detail] of places(name, difference)) response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

/**
 * The answer of `aws-native`: that something differs. The engine finds out itself where, by the inputs of before, and
 * what replaces, by the SDK's `replaceOnChanges`.
 *
 * Source: pulumi/pulumi-aws-native, provider/pkg/provider/provider.go, `Diff`.
 */
export const nativeDiffResponse = ({ differences }: Planned): DiffResponse =>
  differences.size > 0
    ? new DiffResponse().setChanges(DiffChanges.DIFF_UNKNOWN).setDeletebeforereplace(true)
    : new DiffResponse().setChanges(DiffChanges.DIFF_NONE);

/** A call's failure; that of a partly made resource carries its state, which the engine then keeps. */
export function failure(error: unknown): Partial<grpc.StatusObject> {
  const message = reasonOf(error);
  const metadata = new grpc.Metadata();
  if (error instanceof PartialState) {
    const { id, state } = error.made;
    const detail = new ErrorResourceInitFailed()
      .setId(id)
      .setProperties(toStruct(state))
      .setInputs(toStruct(error.inputs))
      .setReasonsList([message]);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message).setDetailsList([packed]);
    // What Go's gRPC does by itself for errors with details. Source: pulumi/pulumi, sdk/nodejs/provider/server.ts.
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
