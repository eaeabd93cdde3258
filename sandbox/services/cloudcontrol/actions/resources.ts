import type * as sdk from "@aws-sdk/client-cloudcontrol";
import { shapeFaults } from "../../../../lib/cloudformation/model-shape";
import {
  SECURITY_PROFILE,
  type SecurityProfileModel,
} from "../../../../lib/cloudformation/security-profile-model";
import { AwsError } from "../../../wire/aws-error";
import type { Call } from "../../../wire/service";
import { readFailure, validation } from "../errors";
import { cloudControlPage } from "../page";
import { patched } from "../patch";
import type { ResourceWork } from "../request-log";
import * as handler from "../security-profile-handler";
import type { CloudControlStore } from "../store";

const TYPE = "AWS::IoT::SecurityProfile";
/** Refuses every type but the one that the sandbox has a handler for. */
function checkType(typeName: string | undefined, action: string): void {
  if (typeName === TYPE) return;
  throw typeName?.startsWith("AWS::")
    ? new AwsError(
        "UnsupportedActionException",
        400,
        `Resource type ${typeName} does not support ${action} action`,
      )
    : new AwsError("TypeNotFoundException", 400, `The type '${typeName}' cannot be found.`);
}

/** Takes a whole model, or refuses it with everything that is wrong with its shape. */
function checkModel(model: unknown): SecurityProfileModel {
  const faults = shapeFaults(SECURITY_PROFILE, model);
  if (faults.length > 0) throw validation(`Model validation failed (${faults.join("\n")})`);
  return model as SecurityProfileModel;
}

function parseModel(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw validation("Model validation failed: the model is not JSON");
  }
}

function read({ detect }: CloudControlStore, name: string, call: Call): SecurityProfileModel {
  try {
    return handler.readProfile(detect, name);
  } catch (error) {
    throw readFailure(error, TYPE, name, call.requestId);
  }
}

function begin(
  { requests }: CloudControlStore,
  operation: sdk.Operation,
  { ClientToken: clientToken, ...input }: { readonly ClientToken?: string | undefined },
  prepare: () => ResourceWork,
) {
  return { ProgressEvent: requests.begin({ operation, typeName: TYPE, input, clientToken, prepare }) };
}

/** CreateResource. */
export function createResource(store: CloudControlStore, input: sdk.CreateResourceInput) {
  checkType(input.TypeName, "CREATE");
  return begin(store, "CREATE", input, () => {
    const model = checkModel(parseModel(input.DesiredState ?? ""));
    const identifier = model.SecurityProfileName ?? handler.generatedName();
    return { identifier, work: () => handler.createProfile(store.detect, identifier, model) };
  }) satisfies sdk.CreateResourceOutput;
}

/** UpdateResource. */
export function updateResource(store: CloudControlStore, input: sdk.UpdateResourceInput, call: Call) {
  checkType(input.TypeName, "UPDATE");
  const identifier = input.Identifier ?? "";
  return begin(store, "UPDATE", input, () => {
    const model = checkModel(patched(read(store, identifier, call), input.PatchDocument ?? ""));
    return { identifier, work: () => handler.updateProfile(store.detect, identifier, model) };
  }) satisfies sdk.UpdateResourceOutput;
}

/** DeleteResource. */
export function deleteResource(store: CloudControlStore, input: sdk.DeleteResourceInput) {
  checkType(input.TypeName, "DELETE");
  const identifier = input.Identifier ?? "";
  const work = () => handler.deleteProfile(store.detect, identifier);
  return begin(store, "DELETE", input, () => ({ identifier, work })) satisfies sdk.DeleteResourceOutput;
}

/** GetResource. */
export function getResource(store: CloudControlStore, input: sdk.GetResourceInput, call: Call) {
  checkType(input.TypeName, "READ");
  const Identifier = input.Identifier ?? "";
  const Properties = JSON.stringify(read(store, Identifier, call));
  return {
    TypeName: TYPE,
    ResourceDescription: { Identifier, Properties },
  } satisfies sdk.GetResourceOutput;
}

/** ListResources: as the published handler, it tells no more than each profile's name. */
export function listResources({ detect }: CloudControlStore, input: sdk.ListResourcesInput) {
  checkType(input.TypeName, "LIST");
  const { items, rest } = cloudControlPage([...detect.profiles.keys()], input);
  return {
    TypeName: TYPE,
    ResourceDescriptions: items.map((name) => ({
      Identifier: name,
      Properties: JSON.stringify({ SecurityProfileName: name }),
    })),
    ...rest,
  } satisfies sdk.ListResourcesOutput;
}
