import { type PolicyVariables, variableKey } from "../variables";

/** The registry's view of a thing that a connection's principal is attached to. */
interface AttachedThing {
  /** Name of the thing. */
  readonly name: string;
  /** Name of its thing type; absent where it has none. */
  readonly typeName?: string;
  /** Its attributes by name, up to 50. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether it is the principal's only thing by an exclusive attachment. */
  readonly isExclusive?: boolean;
}

/** What a CONNECT packet asked for, known only while `iot:Connect` is evaluated. */
interface ConnectRequest {
  /** The features that it uses: `PersistentConnect`, `LastWill`. */
  readonly attributes: readonly ("PersistentConnect" | "LastWill")[];
  /** ARN of the topic of its will message; absent where it has none. */
  readonly lastWillTopicArn?: string;
}

/** A connection, as far as a policy can ask about it. */
export interface ConnectionFacts {
  /** The MQTT client id; absent for a request over HTTPS, which has none. */
  readonly clientId?: string;
  /** The thing that the principal is attached to; unless exclusively, it counts only where its name is the client id. */
  readonly thing?: AttachedThing;
  /** The domain name that the client connected to. */
  readonly domainName?: string;
  /** The CONNECT packet, while it is being judged. */
  readonly connect?: ConnectRequest;
}

const KEYS: ReadonlySet<string> = new Set([
  "iot:clientid",
  "iot:domainname",
  "iot:connectattributes",
  "iot:lastwilltopic",
  "iot:connection.thing.thingname",
  "iot:connection.thing.thingtypename",
  "iot:connection.thing.isattached",
]);

const ATTRIBUTE = /^iot:connection\.thing\.attributes\[[^\]]+\]$/;

/**
 * Whether a key, as {@link variableKey} writes it, is one that this evaluator can know of a connection.
 * (`aws:SourceIp` and the certificate's variables are not: see docs/aws-facts.md.)
 */
export function isKnownKey(key: string): boolean {
  return KEYS.has(key) || ATTRIBUTE.test(key);
}

/**
 * The variables of a connection.
 *
 * The thing's variables have values only where the principal is attached to a thing whose name is the
 * client id, or to one exclusively; `iot:Connection.Thing.IsAttached` says whether that is so. None of them
 * exists for a request without a client id (HTTPS).
 *
 * Source: AWS IoT Core Developer Guide, "Basic AWS IoT Core policy variables", "Thing policy variables",
 * "Associating an AWS IoT thing to an MQTT client connection"; for `iot:ConnectAttributes` and `iot:LastWillTopic`, "Connect policy examples", section "MQTT persistent
 * sessions policy examples".
 */
export function connectionVariables(facts: ConnectionFacts): PolicyVariables {
  const { clientId, connect, domainName, thing } = facts;
  const variables = new Map<string, readonly string[]>();
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) variables.set(variableKey(name), [value]);
  };
  set("iot:DomainName", domainName);
  if (clientId !== undefined) {
    const isAttached = thing?.isExclusive === true || thing?.name === clientId;
    set("iot:ClientId", clientId);
    set("iot:Connection.Thing.IsAttached", String(isAttached));
    if (thing !== undefined && isAttached) {
      set("iot:Connection.Thing.ThingName", thing.name);
      set("iot:Connection.Thing.ThingTypeName", thing.typeName);
      for (const [name, value] of Object.entries(thing.attributes)) {
        set(`iot:Connection.Thing.Attributes[${name}]`, value);
      }
    }
  }
  if (connect !== undefined) {
    variables.set(variableKey("iot:ConnectAttributes"), connect.attributes);
    set("iot:LastWillTopic", connect.lastWillTopicArn);
  }
  return variables;
}
