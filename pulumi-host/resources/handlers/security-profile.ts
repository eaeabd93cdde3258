import * as sdk from "@aws-sdk/client-cloudcontrol";
import { lowered, toModel, toProvider } from "../../../lib/cloudformation/model-shape";
import { SECURITY_PROFILE } from "../../../lib/cloudformation/security-profile-model";
import { type Change, orGone, PartlyMade, type ResourceHandler } from "../handler";
import { capitalized, type Known, knownOf } from "../known-inputs";
import type { Properties } from "../property-values";

const TypeName = "AWS::IoT::SecurityProfile";
/** Cloud Control answers at once in the sandbox; the bound only ends a fault. */
const MAX_POLLS = 200;

/** A request of Cloud Control failed; what it was about may have been made all the same. */
class RequestFailed extends Error {
  readonly identifier: string | undefined;

  constructor({ ErrorCode, StatusMessage, Identifier }: sdk.ProgressEvent) {
    super(StatusMessage ?? "no reason given");
    this.name = ErrorCode ?? "GeneralServiceException";
    this.identifier = Identifier;
  }
}

/** Waits for a request's end and answers the identifier of its resource. */
async function settled(
  cloudControl: sdk.CloudControlClient,
  begun: sdk.ProgressEvent | undefined,
): Promise<string> {
  let event = begun ?? {};
  for (let poll = 0; event.OperationStatus === "IN_PROGRESS"; poll++) {
    if (poll >= MAX_POLLS) throw new Error(`Cloud Control did not finish request ${event.RequestToken}.`);
    const { RequestToken } = event;
    const answer = await cloudControl.send(new sdk.GetResourceRequestStatusCommand({ RequestToken }));
    event = answer.ProgressEvent ?? {};
  }
  if (event.OperationStatus !== "SUCCESS") throw new RequestFailed(event);
  return event.Identifier ?? "";
}

async function liveProperties(cloudControl: sdk.CloudControlClient, Identifier: string) {
  const found = await orGone(cloudControl.send(new sdk.GetResourceCommand({ TypeName, Identifier })));
  const properties = found?.ResourceDescription?.Properties;
  return properties && (toProvider(SECURITY_PROFILE, JSON.parse(properties)) as Properties);
}

/** The patch that the provider sends: whole top-level properties, those alone that differ. */
function patchOf({ old, inputs, changed }: Change) {
  const model = toModel(SECURITY_PROFILE, inputs) as Properties;
  return [...changed].map((property) => {
    const key = capitalized(property);
    if (inputs[property] === undefined) return { op: "remove", path: `/${key}` };
    return { op: old[property] === undefined ? "add" : "replace", path: `/${key}`, value: model[key] };
  });
}

/**
 * `aws-native:iot:SecurityProfile`, made through Cloud Control as the real provider does.
 *
 * Source: pulumi/pulumi-aws-native, provider/pkg/provider/provider.go, `Create`, `Update` and `Diff`;
 * provider/pkg/resources/patching.go and unordered_collections.go.
 */
export const securityProfile: ResourceHandler = {
  inputs: Object.keys(SECURITY_PROFILE.fields)
    .map(lowered)
    .filter((name) => name !== "securityProfileArn"),
  nested: knownOf(SECURITY_PROFILE) as Readonly<Record<string, Known>>,
  model: SECURITY_PROFILE,
  computed: ["securityProfileArn"],
  autoName: "securityProfileName",
  createOnly: ["securityProfileName"],
  unordered: ["behaviors", "targetArns", "tags", "additionalMetricsToRetainV2"],
  async create(inputs, { clients: { cloudControl } }) {
    const DesiredState = JSON.stringify(toModel(SECURITY_PROFILE, inputs));
    const { ProgressEvent } = await cloudControl.send(
      new sdk.CreateResourceCommand({ TypeName, DesiredState }),
    );
    try {
      return await settled(cloudControl, ProgressEvent);
    } catch (error) {
      const id = error instanceof RequestFailed ? error.identifier : undefined;
      // The request names an identifier also for a profile that is somebody else's or was never made.
      const isOwn = id !== undefined && (error as Error).name !== "AlreadyExists";
      if (isOwn && (await liveProperties(cloudControl, id))) throw new PartlyMade(id, error);
      throw error;
    }
  },
  async read(id, _known, { clients: { cloudControl } }) {
    const properties = await liveProperties(cloudControl, id);
    if (!properties) return undefined;
    const { securityProfileArn, ...inputs } = properties;
    return { inputs, outputs: { securityProfileArn } };
  },
  async update(change, { clients: { cloudControl } }) {
    const PatchDocument = JSON.stringify(patchOf(change));
    const { ProgressEvent } = await cloudControl.send(
      new sdk.UpdateResourceCommand({ TypeName, Identifier: change.id, PatchDocument }),
    );
    await settled(cloudControl, ProgressEvent);
  },
  async delete(id, _known, { clients: { cloudControl } }) {
    const { ProgressEvent } = await cloudControl.send(
      new sdk.DeleteResourceCommand({ TypeName, Identifier: id }),
    );
    await settled(cloudControl, ProgressEvent);
  },
};
