import type { IotAuthority } from "../../mqtt/authority";
import type { IotStore } from "./store";
import { thingsOfPrincipal } from "./x509";

/** Answers the broker's questions from the registry as it is at that moment. */
export function iotAuthority(store: IotStore): IotAuthority {
  return {
    certificate: (id) => {
      const certificate = store.certificates.get(id);
      return (
        certificate && {
          arn: certificate.arn,
          status: certificate.status,
          thingNames: thingsOfPrincipal(store, certificate.arn),
        }
      );
    },
    policiesOfCertificate: (arn) => store.documentsAttachedTo(arn),
    groupPoliciesOfThing: (thingName) => store.groupDocumentsOf(thingName),
    thing: (name) => {
      const thing = store.things.get(name);
      return (
        thing && {
          name: thing.name,
          attributes: thing.attributes,
        }
      );
    },
  };
}
