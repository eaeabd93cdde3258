import {
  CreateResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  type ProgressEvent,
} from "@aws-sdk/client-cloudcontrol";
import type { HandlerContext, ResourceHandler } from "../handler";
import type { Properties } from "../property-values";

const TYPE_NAME = "AWS::IoT::SecurityProfile";
/** Properties whose own keys are names, not properties: they keep their spelling. */
const KEYED_BY_NAME: readonly string[] = ["alertTargets"];
/** Cloud Control answers at once in the sandbox; the bound only ends a fault. */
const MAX_POLLS = 200;

/** The provider spells properties in camelCase; CloudFormation's schema in PascalCase. */
function toSchema(value: unknown, keepKeys = false): unknown {
  if (Array.isArray(value)) return value.map((item) => toSchema(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      keepKeys ? key : key.charAt(0).toUpperCase() + key.slice(1),
      toSchema(item, KEYED_BY_NAME.includes(key)),
    ]),
  );
}

async function settled(
  { clients }: HandlerContext,
  event: ProgressEvent | undefined,
): Promise<ProgressEvent> {
  let current = event;
  for (
    let poll = 0;
    current?.OperationStatus === "IN_PROGRESS" || current?.OperationStatus === "PENDING";
    poll++
  ) {
    if (poll >= MAX_POLLS) throw new Error(`Cloud Control did not finish request ${current.RequestToken}.`);
    const { RequestToken } = current;
    const answer = await clients.cloudControl.send(new GetResourceRequestStatusCommand({ RequestToken }));
    current = answer.ProgressEvent;
  }
  if (current?.OperationStatus !== "SUCCESS") {
    throw new Error(
      `${current?.ErrorCode ?? "GeneralServiceException"}: ${current?.StatusMessage ?? "no reason given"}`,
    );
  }
  return current;
}

/** `aws-native:iot:SecurityProfile`, made through Cloud Control as the real provider does. */
export const securityProfile: ResourceHandler = {
  inputs: [
    ...[
      "securityProfileName",
      "securityProfileDescription",
      "behaviors",
      "alertTargets",
      "targetArns",
      "tags",
    ],
    ...["additionalMetricsToRetainV2", "metricsExportConfig"],
  ],
  computed: ["securityProfileArn"],
  autoName: "securityProfileName",
  async create(inputs, context) {
    const { ProgressEvent } = await context.clients.cloudControl.send(
      new CreateResourceCommand({ TypeName: TYPE_NAME, DesiredState: JSON.stringify(toSchema(inputs)) }),
    );
    const { Identifier } = await settled(context, ProgressEvent);
    const { ResourceDescription } = await context.clients.cloudControl.send(
      new GetResourceCommand({ TypeName: TYPE_NAME, Identifier }),
    );
    const live = JSON.parse(ResourceDescription?.Properties ?? "{}") as Properties;
    return { id: Identifier ?? "", outputs: { securityProfileArn: live.SecurityProfileArn } };
  },
};
