import {
  type CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  type ProgressEvent,
  UpdateResourceCommand,
} from "@aws-sdk/client-cloudcontrol";
import { SECURITY_PROFILE } from "../../../lib/cloudformation/security-profile-model";
import { type Change, isGone, orGone, PartlyMade, type ResourceHandler } from "../handler";
import { capitalized, type Known, knownOf, uncapitalized } from "../known-inputs";
import type { Properties } from "../property-values";

const TypeName = "AWS::IoT::SecurityProfile";
/** Properties whose own keys are names, not properties: they keep their spelling. */
const KEYED_BY_NAME: readonly string[] = ["alerttargets"];
/** Cloud Control answers at once in the sandbox; the bound only ends a fault. */
const MAX_POLLS = 200;

type Spelling = (key: string) => string;

/** The provider spells properties in camelCase; CloudFormation's schema in PascalCase. */
function respelled(value: unknown, spelling: Spelling, keepKeys = false): unknown {
  if (Array.isArray(value)) return value.map((item) => respelled(item, spelling));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      keepKeys ? key : spelling(key),
      respelled(item, spelling, KEYED_BY_NAME.includes(key.toLowerCase())),
    ]),
  );
}

/** A request of Cloud Control failed; what it was about may have been made all the same. */
class RequestFailed extends Error {
  readonly identifier: string | undefined;

  constructor({ ErrorCode, StatusMessage, Identifier }: ProgressEvent) {
    super(StatusMessage ?? "no reason given");
    this.name = ErrorCode ?? "GeneralServiceException";
    this.identifier = Identifier;
  }
}

/** Waits for a request's end and answers the identifier of its resource. */
async function settled(cloudControl: CloudControlClient, begun: ProgressEvent | undefined): Promise<string> {
  let event = begun ?? {};
  for (let poll = 0; event.OperationStatus === "IN_PROGRESS"; poll++) {
    if (poll >= MAX_POLLS) throw new Error(`Cloud Control did not finish request ${event.RequestToken}.`);
    const { RequestToken } = event;
    const answer = await cloudControl.send(new GetResourceRequestStatusCommand({ RequestToken }));
    event = answer.ProgressEvent ?? {};
  }
  if (event.OperationStatus !== "SUCCESS") throw new RequestFailed(event);
  return event.Identifier ?? "";
}

async function liveProperties(cloudControl: CloudControlClient, Identifier: string) {
  const found = await orGone(cloudControl.send(new GetResourceCommand({ TypeName, Identifier })));
  const properties = found?.ResourceDescription?.Properties;
  return properties === undefined
    ? undefined
    : (respelled(JSON.parse(properties), uncapitalized) as Properties);
}

/** The patch that the provider sends: whole top-level properties, those alone that differ. */
function patchOf({ old, inputs, changed }: Change) {
  return [...changed].map((property) => {
    const path = `/${capitalized(property)}`;
    if (inputs[property] === undefined) return { op: "remove", path };
    const op = old[property] === undefined ? "add" : "replace";
    // A key that holds names stays as it is below it, too.
    const value = (respelled({ [property]: inputs[property] }, capitalized) as Properties)[path.slice(1)];
    return { op, path, value };
  });
}

/**
 * `aws-native:iot:SecurityProfile`, made through Cloud Control as the real provider does.
 *
 * Source: pulumi/pulumi-aws-native, provider/pkg/provider/provider.go, `Create`, `Update` and `Diff`;
 * provider/pkg/resources/patching.go and unordered_collections.go.
 */
export const securityProfile: ResourceHandler = {
  inputs: [
    ...["securityProfileName", "securityProfileDescription", "behaviors", "alertTargets", "targetArns"],
    ...["tags", "additionalMetricsToRetainV2", "metricsExportConfig"],
  ],
  nested: knownOf(SECURITY_PROFILE) as Readonly<Record<string, Known>>,
  model: SECURITY_PROFILE,
  computed: ["securityProfileArn"],
  autoName: "securityProfileName",
  createOnly: ["securityProfileName"],
  unordered: ["behaviors", "targetArns", "tags", "additionalMetricsToRetainV2"],
  async create(inputs, { clients: { cloudControl } }) {
    const DesiredState = JSON.stringify(respelled(inputs, capitalized));
    const { ProgressEvent } = await cloudControl.send(new CreateResourceCommand({ TypeName, DesiredState }));
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
      new UpdateResourceCommand({ TypeName, Identifier: change.id, PatchDocument }),
    );
    await settled(cloudControl, ProgressEvent);
  },
  async delete(id, _known, { clients: { cloudControl } }) {
    try {
      const { ProgressEvent } = await cloudControl.send(
        new DeleteResourceCommand({ TypeName, Identifier: id }),
      );
      await settled(cloudControl, ProgressEvent);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  },
};
