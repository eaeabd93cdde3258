import { randomUUID } from "node:crypto";
import type * as sdk from "@aws-sdk/client-iot";
import { regionalArn } from "../../../../lib/aws/arns";
import { checkRegistryName, checkThingAttributes, checkVersion, iotPage } from "../checks";
import { alreadyExists, invalidRequest, notFound } from "../errors";
import type { IotStore, Thing } from "../store";

const sameAttributes = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** The sandbox has no thing types, so none that a request names exists. */
function checkType(name: string | undefined): void {
  if (name !== undefined) throw notFound(`Thing type ${name} does not exist`);
}

/** Creates a thing; the same thing again is no error. Source: API Reference, "CreateThing". */
export function createThing(store: IotStore, request: sdk.CreateThingRequest) {
  const name = request.thingName ?? "";
  checkRegistryName(name, "thingName");
  const attributes = request.attributePayload?.attributes ?? {};
  checkThingAttributes(attributes);
  checkType(request.thingTypeName);
  const existing = store.things.get(name);
  if (existing && !sameAttributes(existing.attributes, attributes)) {
    throw alreadyExists(
      `Thing ${name} already exists in account with different attributes`,
      existing.id,
      existing.arn,
    );
  }
  const thing = existing ?? {
    name,
    id: randomUUID(),
    arn: regionalArn(store.env, "iot", `thing/${name}`),
    attributes,
    version: 1,
    groups: new Set<string>(),
    principals: new Map(),
  };
  store.things.set(name, thing);
  return { thingName: name, thingArn: thing.arn, thingId: thing.id } satisfies sdk.CreateThingResponse;
}

/** Describes a thing. */
export function describeThing(store: IotStore, request: sdk.DescribeThingRequest) {
  const thing = store.thing(request.thingName);
  return {
    defaultClientId: thing.name,
    thingName: thing.name,
    thingId: thing.id,
    thingArn: thing.arn,
    attributes: thing.attributes,
    version: thing.version,
  } satisfies sdk.DescribeThingResponse;
}

/** Changes a thing's attributes. */
export function updateThing(store: IotStore, request: sdk.UpdateThingRequest) {
  const thing = store.thing(request.thingName);
  checkVersion(request.expectedVersion, thing.version, `thing ${thing.name}`);
  checkType(request.thingTypeName);
  const { attributes, merge } = request.attributePayload ?? {};
  if (attributes) {
    const next = merge ? { ...thing.attributes, ...attributes } : attributes;
    // An empty value removes the attribute (API Reference, "AttributePayload").
    const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== ""));
    checkThingAttributes(kept);
    thing.attributes = kept;
  }
  thing.version++;
  return {};
}

/** Deletes a thing; one that does not exist is no error. Attached principals stand in the way. */
export function deleteThing(store: IotStore, request: sdk.DeleteThingRequest) {
  const thing = store.things.get(request.thingName ?? "");
  if (!thing) return {};
  checkVersion(request.expectedVersion, thing.version, `thing ${thing.name}`);
  if (thing.principals.size > 0) {
    throw invalidRequest(`Cannot delete. Thing ${thing.name} is still attached to one or more principals`);
  }
  store.things.delete(thing.name);
  return {};
}

const hasAttribute = (thing: Thing, name: string, value: string | undefined) =>
  Object.hasOwn(thing.attributes, name) && (value === undefined || thing.attributes[name] === value);

/** Lists things, all or those with an attribute; none has a type. */
export function listThings(store: IotStore, request: sdk.ListThingsRequest) {
  const { attributeName, attributeValue, thingTypeName } = request;
  if (attributeName !== undefined && thingTypeName !== undefined) {
    throw invalidRequest("Listing things by the combination of attribute and thing type is not supported");
  }
  const found = [...store.things.values()].filter(
    (thing) =>
      (attributeName === undefined || hasAttribute(thing, attributeName, attributeValue)) &&
      thingTypeName === undefined,
  );
  const page = iotPage(found, request);
  return {
    things: page.items.map((thing) => ({
      thingName: thing.name,
      thingArn: thing.arn,
      attributes: thing.attributes,
      version: thing.version,
    })),
    nextToken: page.nextToken,
  } satisfies sdk.ListThingsResponse;
}
