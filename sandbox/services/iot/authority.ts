import type { IotAuthority } from "../../mqtt/authority";
import type { IotStore } from "./store";

/** Answers the broker's questions from the registry as it is at that moment. */
export function iotAuthority(store: IotStore): IotAuthority {
  return {
    certificate: (id) => {
      const certificate = store.certificates.get(id);
      if (!certificate) return undefined;
      const things = store.thingsOf(certificate.arn);
      const exclusive = things.find(({ kind }) => kind === "EXCLUSIVE_THING");
      return {
        arn: certificate.arn,
        status: certificate.status,
        thingNames: things.map(({ thing }) => thing.name),
        ...(exclusive && { exclusiveThing: exclusive.thing.name }),
      };
    },
    policiesOfCertificate: (arn) => store.documentsAttachedTo(arn),
    groupPoliciesOfThing: (thingName) => store.groupDocumentsOf(thingName),
    thing: (name) => store.things.get(name),
  };
}
