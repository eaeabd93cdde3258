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
import { toStruct } from "../resources/property-values";
import { type Checked, PartialState, type Planned } from "./resource";
import type { Difference } from "./state";

/** The answer to a check. */
export function checkResponse({ inputs, failures }: Checked): CheckResponse {
  const listed = failures.map(({ property, reason }) =>
    new CheckFailure().setProperty(property).setReason(reason),
  );
  return new CheckResponse().setInputs(toStruct(inputs)).setFailuresList(listed);
}

const { Kind } = PropertyDiff;
const KINDS = { add: Kind.ADD, delete: Kind.DELETE, update: Kind.UPDATE } as const;
const REPLACING = {
  add: Kind.ADD_REPLACE,
  delete: Kind.DELETE_REPLACE,
  update: Kind.UPDATE_REPLACE,
} as const;

const propertyDiff = ({ kind, replaces }: Difference) =>
  new PropertyDiff().setKind((replaces ? REPLACING : KINDS)[kind]);

/** The answer to a diff, detailed by top-level property. */
export function diffResponse({ differences, deleteBeforeReplace }: Planned): DiffResponse {
  const replaces = [...differences].filter(([, { replaces }]) => replaces).map(([name]) => name);
  const response = new DiffResponse()
    .setChanges(
      differences.size > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
    )
    .setDiffsList([...differences.keys()])
    .setReplacesList(replaces)
    .setDeletebeforereplace(replaces.length > 0 && deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [name, difference] of differences)
    response.getDetaileddiffMap().set(name, propertyDiff(difference));
  return response;
}

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
