import type * as sdk from "@aws-sdk/client-iot";
import { checkConstraints } from "../../../wire/constraints";
import { iotPage } from "../checks";
import { invalidRequest, notFound } from "../errors";
import type { IotStore, Thing } from "../store";

const KINDS: readonly sdk.ThingPrincipalType[] = ["EXCLUSIVE_THING", "NON_EXCLUSIVE_THING"];

function checkPrincipal(store: IotStore, arn = ""): string {
  const known = [...store.certificates.values()].some((certificate) => certificate.arn === arn);
  if (!known) throw notFound(`Principal ${arn} does not exist`);
  return arn;
}

const checkKind = (thingPrincipalType: sdk.ThingPrincipalType | undefined) =>
  checkConstraints({ thingPrincipalType }, { thingPrincipalType: { oneOf: KINDS } }, invalidRequest);

/**
 * Attaches a certificate to a thing; attaching it again is no error, and takes on the kind that is asked for then
 * (assumed). A certificate that is attached exclusively has one thing. Source: API Reference, "AttachThingPrincipal".
 */
export function attachThingPrincipal(store: IotStore, request: sdk.AttachThingPrincipalRequest) {
  const { thingPrincipalType: kind = "NON_EXCLUSIVE_THING" } = request;
  checkKind(kind);
  const thing = store.thing(request.thingName);
  const principal = checkPrincipal(store, request.principal);
  const others = store.thingsOf(principal).filter((each) => each.thing !== thing);
  if (others.some((other) => [kind, other.kind].includes("EXCLUSIVE_THING"))) {
    throw invalidRequest(
      `Principal ${principal} is attached to another thing, and cannot be attached to ${thing.name} as ${kind}`,
    );
  }
  thing.principals.set(principal, kind);
  return {};
}

/** Detaches a certificate from a thing. */
export function detachThingPrincipal(store: IotStore, request: sdk.DetachThingPrincipalRequest) {
  const thing = store.thing(request.thingName);
  thing.principals.delete(checkPrincipal(store, request.principal));
  return {};
}

function listed(store: IotStore, thingName: string | undefined): Thing {
  const thing = store.things.get(thingName ?? "");
  if (thing) return thing;
  throw notFound(
    `Failed to list principals for thing ${thingName} because the thing does not exist in your account`,
  );
}

/** Lists a thing's certificates. */
export function listThingPrincipals(store: IotStore, request: sdk.ListThingPrincipalsRequest) {
  const page = iotPage([...listed(store, request.thingName).principals.keys()], request);
  return { principals: page.items, nextToken: page.nextToken } satisfies sdk.ListThingPrincipalsResponse;
}

/** Lists a thing's certificates, all or those of a kind, each with its kind. */
export function listThingPrincipalsV2(store: IotStore, request: sdk.ListThingPrincipalsV2Request) {
  const { thingPrincipalType: wanted } = request;
  checkKind(wanted);
  const all = [...listed(store, request.thingName).principals];
  const found = all.filter(([, kind]) => wanted === undefined || kind === wanted);
  const page = iotPage(found, request);
  return {
    thingPrincipalObjects: page.items.map(([principal, thingPrincipalType]) => ({
      principal,
      thingPrincipalType,
    })),
    nextToken: page.nextToken,
  } satisfies sdk.ListThingPrincipalsV2Response;
}

/** Lists the things that a certificate is attached to. */
export function listPrincipalThings(store: IotStore, request: sdk.ListPrincipalThingsRequest) {
  const things = store.thingsOf(checkPrincipal(store, request.principal));
  const page = iotPage(things, request);
  return {
    things: page.items.map(({ thing }) => thing.name),
    nextToken: page.nextToken,
  } satisfies sdk.ListPrincipalThingsResponse;
}

/** Lists the things that a certificate is attached to, all or those of a kind, each with its kind. */
export function listPrincipalThingsV2(store: IotStore, request: sdk.ListPrincipalThingsV2Request) {
  const { thingPrincipalType: wanted } = request;
  checkKind(wanted);
  const all = store.thingsOf(checkPrincipal(store, request.principal));
  const page = iotPage(
    all.filter(({ kind }) => wanted === undefined || kind === wanted),
    request,
  );
  return {
    principalThingObjects: page.items.map(({ thing, kind }) => ({
      thingName: thing.name,
      thingPrincipalType: kind,
    })),
    nextToken: page.nextToken,
  } satisfies sdk.ListPrincipalThingsV2Response;
}
