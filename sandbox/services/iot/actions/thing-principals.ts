import type {
  AttachThingPrincipalRequest,
  DetachThingPrincipalRequest,
  ListPrincipalThingsRequest,
  ListPrincipalThingsResponse,
  ListThingPrincipalsRequest,
  ListThingPrincipalsResponse,
} from "@aws-sdk/client-iot";
import { iotPage } from "../checks";
import { notFound } from "../errors";
import type { IotStore } from "../store";
import { thingsOfPrincipal } from "../x509";
import { thingNamed } from "./things";

function checkPrincipal(store: IotStore, arn: string): string {
  const known = [...store.certificates.values()].some((certificate) => certificate.arn === arn);
  if (!known) throw notFound(`Principal ${arn} does not exist`);
  return arn;
}

/** Attaches a certificate to a thing; attaching it again is no error. */
export function attachThingPrincipal(store: IotStore, request: AttachThingPrincipalRequest) {
  const thing = thingNamed(store, request.thingName ?? "");
  thing.principals.add(checkPrincipal(store, request.principal ?? ""));
  return {};
}

/** Detaches a certificate from a thing. */
export function detachThingPrincipal(store: IotStore, request: DetachThingPrincipalRequest) {
  const thing = thingNamed(store, request.thingName ?? "");
  thing.principals.delete(checkPrincipal(store, request.principal ?? ""));
  return {};
}

/** Lists a thing's certificates. */
export function listThingPrincipals(store: IotStore, request: ListThingPrincipalsRequest) {
  const thing = store.things.get(request.thingName ?? "");
  if (!thing) {
    throw notFound(
      `Failed to list principals for thing ${request.thingName} because the thing does not exist in your account`,
    );
  }
  const page = iotPage([...thing.principals], request);
  return { principals: page.items, nextToken: page.nextToken } satisfies ListThingPrincipalsResponse;
}

/** Lists the things that a certificate is attached to. */
export function listPrincipalThings(store: IotStore, request: ListPrincipalThingsRequest) {
  const arn = checkPrincipal(store, request.principal ?? "");
  const page = iotPage(thingsOfPrincipal(store, arn), request);
  return { things: page.items, nextToken: page.nextToken } satisfies ListPrincipalThingsResponse;
}
