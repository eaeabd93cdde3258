import { randomUUID } from "node:crypto";
import * as sdk from "@aws-sdk/client-iot";
import { regionalArn } from "../../../../lib/aws/arns";
import { checkConstraints } from "../../../wire/constraints";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { checkRegistryName, DEFENDER_PAGE, iotPage } from "../../iot/checks";
import { alreadyExists, existing, invalidRequest } from "../../iot/errors";
import type { MitigationAction, MitigationStore } from "../mitigation-store";

/** The kind that the sandbox has. */
const KIND = sdk.MitigationActionType.ADD_THINGS_TO_THING_GROUP;

/** Source: AWS IoT API Reference, `MitigationActionParams` ("only one type of parameter"), `AddThingsToThingGroupParams`. */
function checkParams(params: sdk.MitigationActionParams = {}): sdk.AddThingsToThingGroupParams {
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  if (given.length !== 1) throw invalidRequest("actionParams has exactly one type of parameters.");
  const { addThingsToThingGroupParams } = params;
  if (addThingsToThingGroupParams === undefined) {
    throw invalidRequest(`The sandbox has mitigation actions of type ${KIND} only, not ${given[0]?.[0]}.`);
  }
  const { thingGroupNames } = addThingsToThingGroupParams;
  if (thingGroupNames === undefined) throw invalidRequest("Missing required member: thingGroupNames");
  checkConstraints({ thingGroupNames }, { thingGroupNames: { min: 1, max: 10 } }, invalidRequest);
  for (const name of thingGroupNames) checkRegistryName(name, "thingGroupNames");
  return addThingsToThingGroupParams;
}

const named = ({ actions }: MitigationStore, name = "") =>
  existing(actions.get(name), `Mitigation action ${name}`);

/** Defines an action; whether its role and groups are there shows when it is applied (assumed). */
export function createMitigationAction(store: MitigationStore, request: sdk.CreateMitigationActionRequest) {
  const { actionName: name = "", roleArn = "", tags } = request;
  const params = checkParams(request.actionParams);
  const there = store.actions.get(name);
  if (there) throw alreadyExists(`Mitigation action ${name} already exists`, name, there.arn);
  const { env } = store.detect;
  const action: MitigationAction = {
    ...{ name, roleArn, params, id: randomUUID() },
    arn: regionalArn(env, "iot", `mitigationaction/${name}`),
    creationDate: env.clock.date(),
    lastModifiedDate: env.clock.date(),
    tags: mergeTags(new Map(), tagPairs(tags), invalidRequest),
  };
  store.actions.set(name, action);
  return { actionArn: action.arn, actionId: action.id } satisfies sdk.CreateMitigationActionResponse;
}

/** Describes an action. */
export function describeMitigationAction(
  store: MitigationStore,
  request: sdk.DescribeMitigationActionRequest,
) {
  const action = named(store, request.actionName);
  return {
    actionName: action.name,
    actionType: KIND,
    actionArn: action.arn,
    actionId: action.id,
    roleArn: action.roleArn,
    actionParams: { addThingsToThingGroupParams: action.params },
    creationDate: action.creationDate,
    lastModifiedDate: action.lastModifiedDate,
  } satisfies sdk.DescribeMitigationActionResponse;
}

/** Changes what is given of an action; a task that runs goes on with what it began with. */
export function updateMitigationAction(store: MitigationStore, request: sdk.UpdateMitigationActionRequest) {
  const action = named(store, request.actionName);
  const { roleArn = action.roleArn, actionParams } = request;
  action.params = actionParams ? checkParams(actionParams) : action.params;
  action.roleArn = roleArn;
  action.lastModifiedDate = store.detect.env.clock.date();
  return { actionArn: action.arn, actionId: action.id } satisfies sdk.UpdateMitigationActionResponse;
}

/** Deletes an action; one that is not there is no error. Source: API Reference, `DeleteMitigationAction` (Errors). */
export function deleteMitigationAction(store: MitigationStore, request: sdk.DeleteMitigationActionRequest) {
  store.actions.delete(request.actionName ?? "");
  return {};
}

/** Lists actions: all, or those of a type. */
export function listMitigationActions(store: MitigationStore, request: sdk.ListMitigationActionsRequest) {
  const { actionType = KIND } = request;
  const found = actionType === KIND ? [...store.actions.values()] : [];
  const page = iotPage(found, request, DEFENDER_PAGE);
  return {
    actionIdentifiers: page.items.map(({ name, arn, creationDate }) => ({
      ...{ actionName: name, actionArn: arn, creationDate },
    })),
    nextToken: page.nextToken,
  } satisfies sdk.ListMitigationActionsResponse;
}
