import * as sdk from "@aws-sdk/client-cloudcontrol";
import { shapeFaults } from "../../../lib/cloudformation/model-shape";
import {
  SECURITY_PROFILE,
  type SecurityProfileModel,
} from "../../../lib/cloudformation/security-profile-model";
import type { Environment } from "../../environment";
import { AwsError } from "../../wire/aws-error";
import { pageOf } from "../../wire/pagination";
import type { Call, Service } from "../../wire/service";
import { profileNamed } from "../detect/actions/security-profiles";
import type { DetectStore } from "../detect/store";
import type { Registry } from "../detect/targets";
import { readFailure, validation } from "./errors";
import { patched } from "./patch";
import { RequestLog, type ResourceWork } from "./request-log";
import * as handler from "./security-profile-handler";

const TYPE = "AWS::IoT::SecurityProfile";
/** API Reference, `MaxResults`. */
const LARGEST_PAGE = 100;

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

/** Cloud Control's operations on security profiles. */
class CloudControl {
  readonly #ports: handler.HandlerPorts;
  readonly #requests: RequestLog;

  constructor(ports: handler.HandlerPorts) {
    this.#ports = ports;
    this.#requests = new RequestLog(ports.env);
  }

  create(input: sdk.CreateResourceInput): sdk.CreateResourceOutput {
    checkType(input.TypeName, "CREATE");
    return this.#begin("CREATE", input, () => {
      const model = checkModel(parseModel(input.DesiredState ?? ""));
      const identifier = model.SecurityProfileName ?? handler.generatedName();
      return { identifier, work: () => handler.createProfile(this.#ports, identifier, model) };
    });
  }

  update(input: sdk.UpdateResourceInput, call: Call): sdk.UpdateResourceOutput {
    checkType(input.TypeName, "UPDATE");
    const identifier = input.Identifier ?? "";
    return this.#begin("UPDATE", input, () => {
      const model = checkModel(patched(this.#read(identifier, call), input.PatchDocument ?? ""));
      return { identifier, work: () => handler.updateProfile(this.#ports, identifier, model) };
    });
  }

  delete(input: sdk.DeleteResourceInput): sdk.DeleteResourceOutput {
    checkType(input.TypeName, "DELETE");
    const identifier = input.Identifier ?? "";
    const work = () => handler.deleteProfile(this.#ports, identifier);
    return this.#begin("DELETE", input, () => ({ identifier, work }));
  }

  get(input: sdk.GetResourceInput, call: Call): sdk.GetResourceOutput {
    checkType(input.TypeName, "READ");
    const name = input.Identifier ?? "";
    const model = this.#read(name, call);
    return {
      TypeName: TYPE,
      ResourceDescription: { Identifier: name, Properties: JSON.stringify(model) },
    };
  }

  /** As the published handler, it tells no more than each profile's name. */
  list(input: sdk.ListResourcesInput): sdk.ListResourcesOutput {
    checkType(input.TypeName, "LIST");
    const page = this.#page([...this.#ports.store.profiles.keys()], input);
    return {
      TypeName: TYPE,
      ResourceDescriptions: page.items.map((name) => ({
        Identifier: name,
        Properties: JSON.stringify({ SecurityProfileName: name }),
      })),
      ...(page.nextToken !== undefined && { NextToken: page.nextToken }),
    };
  }

  status(input: sdk.GetResourceRequestStatusInput): sdk.GetResourceRequestStatusOutput {
    return { ProgressEvent: this.#requests.status(input.RequestToken ?? "") };
  }

  listRequests(input: sdk.ListResourceRequestsInput): sdk.ListResourceRequestsOutput {
    const { Operations, OperationStatuses } = input.ResourceRequestStatusFilter ?? {};
    const found = this.#requests
      .list()
      .filter(
        ({ Operation, OperationStatus }) =>
          (!Operations || (Operation && Operations.includes(Operation))) &&
          (!OperationStatuses || (OperationStatus && OperationStatuses.includes(OperationStatus))),
      );
    const page = this.#page(found, input);
    return {
      ResourceRequestStatusSummaries: page.items,
      ...(page.nextToken !== undefined && { NextToken: page.nextToken }),
    };
  }

  #read(name: string, call: Call): SecurityProfileModel {
    try {
      profileNamed(this.#ports.store, name);
    } catch (error) {
      throw readFailure(error, TYPE, name, call.requestId);
    }
    return handler.readProfile(this.#ports, name);
  }

  #begin(operation: sdk.Operation, input: { ClientToken?: string | undefined }, prepare: () => ResourceWork) {
    const { ClientToken: clientToken, ...rest } = input;
    const request = { operation, typeName: TYPE, input: rest, clientToken, prepare };
    return { ProgressEvent: this.#requests.begin(request) };
  }

  #page<T>(items: readonly T[], input: { MaxResults?: number | undefined; NextToken?: string | undefined }) {
    const { MaxResults: size, NextToken: token } = input;
    return pageOf(items, { size, token, largest: LARGEST_PAGE, invalid: validation });
  }
}

/**
 * The Cloud Control API for the one type that the program makes with it, `AWS::IoT::SecurityProfile`.
 *
 * Requests cannot be cancelled and do not exclude each other, since each is done before a client can ask again.
 */
export function cloudControlService(
  store: DetectStore,
  env: Environment,
  ports: { readonly registry: Registry },
): Service {
  const control = new CloudControl({ store, env, registry: ports.registry });
  return {
    name: "cloudcontrol",
    signingNames: ["cloudcontrolapi"],
    protocol: "json-1.0",
    targetPrefix: "CloudApiService",
    sdk,
    invalid: validation,
    actions: {
      CreateResource: (input) => control.create(input),
      UpdateResource: (input, call) => control.update(input, call),
      DeleteResource: (input) => control.delete(input),
      GetResource: (input, call) => control.get(input, call),
      ListResources: (input) => control.list(input),
      GetResourceRequestStatus: (input) => control.status(input),
      ListResourceRequests: (input) => control.listRequests(input),
    },
  };
}
