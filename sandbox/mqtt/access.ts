import type { AwsScope } from "../../lib/aws/arns";
import { applicablePolicies } from "../../lib/policy-language/iot/applicable";
import { type IotPolicy, parseIotPolicy } from "../../lib/policy-language/iot/document";
import { evaluateIotPolicies, type NamedIotPolicy } from "../../lib/policy-language/iot/evaluate";
import type { IotCheck } from "../../lib/policy-language/iot/requests";
import { type ConnectionFacts, connectionVariables } from "../../lib/policy-language/iot/variables";
import type { DeviceCertificate, IotAuthority, PolicyDocument, RegisteredThing } from "./authority";

/** Who is behind a connection. */
export interface Principal {
  /** The MQTT client id. */
  readonly clientId: string;
  /** Id of the certificate that it named as its user; absent for the default principal. */
  readonly certificateId?: string;
}

/** What a CONNECT packet asks for. */
export type ConnectRequest = NonNullable<ConnectionFacts["connect"]>;

/** A user name of this form names a certificate. */
const CERTIFICATE_ID = /^[0-9a-f]{64}$/;

/** What a device without a certificate may do: everything. */
const DEFAULT_POLICY: PolicyDocument = {
  name: "sandbox-default-device-policy",
  document: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
  }),
};

/** Parsed documents that are kept at most. */
const MAX_PARSED = 1_000;

/**
 * Decides what a connection may do. Every question reads the registry anew, so that a change of a policy,
 * of a group's members or of a certificate acts at once. (On AWS it takes 6 to 8 minutes, a cache: AWS IoT
 * Core Developer Guide, "AWS IoT Core policies".)
 *
 * The principal of a plain connection is the certificate whose id is the MQTT user name (64 hex digits),
 * else the default principal, which may do everything; the policies of the groups of the thing whose name
 * is the client id come on top, whether the certificate is attached to that thing, or to another one
 * exclusively, or not (assumed: AWS names only the equality of client id and thing name as a condition). What such a policy asks of the
 * attachment is told from the registry; the default principal counts as attached to the thing that it names.
 */
export class Access {
  readonly #scope: AwsScope;
  readonly #authority: IotAuthority;
  readonly #parsed = new Map<string, IotPolicy>();

  constructor(scope: AwsScope, authority: IotAuthority) {
    this.#scope = scope;
    this.#authority = authority;
  }

  /** Account, region and partition that resources are named with. */
  get scope(): AwsScope {
    return this.#scope;
  }

  /** Who connects with this client id and MQTT user name. Passwords are not looked at. */
  principalOf(clientId: string, username: string | undefined): Principal {
    // AWS's device SDKs append `?SDK=...&Version=...` to the user name.
    const name = username?.split("?")[0]?.toLowerCase() ?? "";
    return { clientId, ...(CERTIFICATE_ID.test(name) && { certificateId: name }) };
  }

  /** Name of the thing that a principal is attached to exclusively. */
  exclusiveThingOf({ certificateId }: Principal): string | undefined {
    return certificateId === undefined
      ? undefined
      : this.#authority.certificate(certificateId)?.exclusiveThing;
  }

  /** Whether everything that an operation needs is allowed; `connect` holds while a CONNECT is judged. */
  allows(principal: Principal, checks: readonly IotCheck[], connect?: ConnectRequest): boolean {
    const { clientId, certificateId } = principal;
    const authority = this.#authority;
    const certificate = certificateId === undefined ? undefined : authority.certificate(certificateId);
    if (certificateId !== undefined && certificate?.status !== "ACTIVE") return false;
    const attached = this.#attachedThing(clientId, certificate);
    const variables = connectionVariables({
      clientId,
      ...(attached && { thing: attached }),
      ...(connect && { connect }),
    });
    const policies = this.#policiesOf(authority, clientId, certificate, authority.thing(clientId)?.name);
    return checks.every(
      (check) => evaluateIotPolicies(policies, { ...check, variables }).decision === "allowed",
    );
  }

  #attachedThing(clientId: string, certificate: DeviceCertificate | undefined): RegisteredThing | undefined {
    const { exclusiveThing, thingNames } = certificate ?? { thingNames: [clientId] };
    if (exclusiveThing === undefined) {
      return thingNames.includes(clientId) ? this.#authority.thing(clientId) : undefined;
    }
    const thing = this.#authority.thing(exclusiveThing);
    return thing && { ...thing, isExclusive: true };
  }

  #policiesOf(
    authority: IotAuthority,
    clientId: string,
    certificate: DeviceCertificate | undefined,
    thingName: string | undefined,
  ): readonly NamedIotPolicy[] {
    const documents = applicablePolicies({
      clientId,
      ...(thingName !== undefined && { thingName }),
      principalPolicies: certificate ? authority.policiesOfCertificate(certificate.arn) : [DEFAULT_POLICY],
      groupPoliciesOf: (name) => authority.groupPoliciesOfThing(name),
    });
    return documents.map(({ name, document }) => ({ name, policy: this.#parse(document) }));
  }

  #parse(document: string): IotPolicy {
    const known = this.#parsed.get(document);
    if (known) return known;
    const policy = parseIotPolicy(document);
    if (this.#parsed.size >= MAX_PARSED) this.#parsed.clear();
    this.#parsed.set(document, policy);
    return policy;
  }
}
