import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iot";
import { regionalArn } from "../../../../lib/aws/arns";
import type { Call } from "../../../wire/service";
import { mergeTags, tagPairs } from "../../../wire/tags";
import { checkAttributes, checkRegistryName, checkVersion, iotPage } from "../checks";
import { alreadyExists, invalidRequest } from "../errors";
import type { IotStore, ThingGroup } from "../store";

/** Depth of a hierarchy and children of a group. Source: AWS General Reference, "AWS IoT Core endpoints and quotas". */
const MAX_DEPTH = 7;
const MAX_CHILDREN = 100;

const propertiesOf = (group: ThingGroup): sdk.ThingGroupProperties => ({
  thingGroupDescription: group.description,
  ...(Object.keys(group.attributes).length > 0 && { attributePayload: { attributes: group.attributes } }),
});

function sameGroup(
  group: ThingGroup,
  parentName: string | undefined,
  properties: sdk.ThingGroupProperties,
): boolean {
  return (
    group.parentName === parentName &&
    (group.description ?? "") === (properties.thingGroupDescription ?? "") &&
    JSON.stringify(group.attributes) === JSON.stringify(properties.attributePayload?.attributes ?? {})
  );
}

function checkParent(store: IotStore, parentName: string | undefined): void {
  if (parentName === undefined) return;
  store.group(parentName);
  if (store.lineageOf(parentName).length >= MAX_DEPTH) {
    throw invalidRequest(`A hierarchy of thing groups can be at most ${MAX_DEPTH} deep.`);
  }
  if (store.childrenOf(parentName).length >= MAX_CHILDREN) {
    throw invalidRequest(`Thing group ${parentName} already has ${MAX_CHILDREN} child groups.`);
  }
}

/** Creates a static group; the same group again is no error. Source: API Reference, "CreateThingGroup". */
export function createThingGroup(store: IotStore, request: sdk.CreateThingGroupRequest, call: Call) {
  const name = request.thingGroupName ?? "";
  checkRegistryName(name, "thingGroupName");
  const { parentGroupName, thingGroupProperties = {} } = request;
  const attributes = thingGroupProperties.attributePayload?.attributes ?? {};
  checkAttributes(attributes);
  checkParent(store, parentGroupName);
  const existing = store.groups.get(name);
  if (existing && !sameGroup(existing, parentGroupName, thingGroupProperties)) {
    const message = `Thing Group ${name} already exists in current account with different properties`;
    throw alreadyExists(message, existing.id, existing.arn);
  }
  const group: ThingGroup = existing ?? {
    name,
    id: randomUUID(),
    arn: regionalArn(store.env, "iot", `thinggroup/${name}`),
    ...(parentGroupName !== undefined && { parentName: parentGroupName }),
    creationDate: call.date,
    ...(thingGroupProperties.thingGroupDescription !== undefined && {
      description: thingGroupProperties.thingGroupDescription,
    }),
    attributes,
    version: 1,
    tags: mergeTags(new Map(), tagPairs(request.tags), invalidRequest),
  };
  store.groups.set(name, group);
  return {
    thingGroupName: name,
    thingGroupArn: group.arn,
    thingGroupId: group.id,
  } satisfies sdk.CreateThingGroupResponse;
}

/** Describes a group with its place in the hierarchy. */
export function describeThingGroup(store: IotStore, request: sdk.DescribeThingGroupRequest) {
  const group = store.group(request.thingGroupName);
  const ancestors = store.lineageOf(group.name).slice(1);
  return {
    thingGroupName: group.name,
    thingGroupId: group.id,
    thingGroupArn: group.arn,
    version: group.version,
    thingGroupProperties: propertiesOf(group),
    thingGroupMetadata: {
      parentGroupName: group.parentName,
      ...(ancestors.length > 0 && {
        rootToParentThingGroups: ancestors
          .reverse()
          .map(({ name, arn }) => ({ groupName: name, groupArn: arn })),
      }),
      creationDate: group.creationDate,
    },
  } satisfies sdk.DescribeThingGroupResponse;
}

/** Changes a group's description or attributes. */
export function updateThingGroup(store: IotStore, request: sdk.UpdateThingGroupRequest) {
  const group = store.group(request.thingGroupName);
  checkVersion(request.expectedVersion, group.version, `thing group ${group.name}`);
  const { thingGroupDescription, attributePayload } = request.thingGroupProperties ?? {};
  if (thingGroupDescription !== undefined) group.description = thingGroupDescription;
  if (attributePayload?.attributes) {
    const attributes = attributePayload.merge
      ? { ...group.attributes, ...attributePayload.attributes }
      : attributePayload.attributes;
    checkAttributes(attributes);
    group.attributes = attributes;
  }
  group.version++;
  return { version: group.version } satisfies sdk.UpdateThingGroupResponse;
}

/** Deletes a group and frees its members; child groups stand in the way. Source: Developer Guide, "Static thing groups". */
export function deleteThingGroup(store: IotStore, request: sdk.DeleteThingGroupRequest) {
  const group = store.groups.get(request.thingGroupName ?? "");
  if (!group) return {};
  checkVersion(request.expectedVersion, group.version, `thing group ${group.name}`);
  if (store.childrenOf(group.name).length > 0) {
    throw invalidRequest(
      `Cannot delete thing group ${group.name} : there are still child groups attached to it.`,
    );
  }
  for (const thing of store.things.values()) thing.groups.delete(group.name);
  store.attachments.delete(group.arn);
  store.groups.delete(group.name);
  return {};
}

/** Lists groups, all or below a parent; `recursive` is AWS's default without a parent. */
export function listThingGroups(store: IotStore, request: sdk.ListThingGroupsRequest) {
  const { parentGroup, namePrefixFilter, recursive = parentGroup === undefined } = request;
  if (parentGroup !== undefined) store.group(parentGroup);
  const below = parentGroup === undefined ? [...store.groups.values()] : store.descendantsOf(parentGroup);
  const found = below.filter(
    (group) =>
      (recursive || group.parentName === parentGroup) &&
      (namePrefixFilter === undefined || group.name.startsWith(namePrefixFilter)),
  );
  const page = iotPage(found, request);
  return {
    thingGroups: page.items.map(({ name, arn }) => ({ groupName: name, groupArn: arn })),
    nextToken: page.nextToken,
  } satisfies sdk.ListThingGroupsResponse;
}
