import type { ConnectionFacts } from "../../lib/policy-language/iot/variables";

/** A thing as policies know it: name, type and attributes. */
export type RegisteredThing = NonNullable<ConnectionFacts["thing"]>;

/** An IoT policy as the registry keeps it. */
export interface PolicyDocument {
  /** Name of the policy. */
  readonly name: string;
  /** The document in force, JSON. */
  readonly document: string;
}

/** What the broker needs to know of a device certificate. */
export interface DeviceCertificate {
  /** ARN of the certificate. */
  readonly arn: string;
  /** `ACTIVE`, or anything else: then it may not connect. */
  readonly status: string;
  /** Names of the things that it is attached to. */
  readonly thingNames: readonly string[];
  /** The only one of them, where that attachment is exclusive. */
  readonly exclusiveThing?: string;
}

/** The registry, as far as the broker asks it. It is asked again for every operation of every client. */
export interface IotAuthority {
  /** The certificate of that id (64 hex digits), or undefined where none is registered. */
  certificate(id: string): DeviceCertificate | undefined;
  /** Policies attached to the certificate. */
  policiesOfCertificate(arn: string): readonly PolicyDocument[];
  /** Policies of all the groups that a thing is in, and of those above them. */
  groupPoliciesOfThing(thingName: string): readonly PolicyDocument[];
  /** The registered thing of that name, or undefined where there is none. */
  thing(name: string): RegisteredThing | undefined;
}
