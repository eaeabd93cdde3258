import { REGISTRY_NAME } from "../../lib/aws/names";
import { connectionVariables } from "../../lib/policy-language/iot/variables";
import type { WrittenStatement } from "../../lib/policy-language/statement";
import { type PolicyVariables, variableKey } from "../../lib/policy-language/variables";
import { candidatesFor, contexts, samples } from "./samples";

/** Name of the thing, and the client id, that policies are tried with. */
export const SELF = "q7-thing";

/** What is known of every connection of a device under its own name. */
const CERTAIN = new Set([
  "iot:clientid",
  "iot:connection.thing.thingname",
  "iot:connection.thing.isattached",
]);

/** Values that the conditions of a policy compare the keys of a connection with. */
function compared(written: readonly WrittenStatement[]): Map<string, readonly (string | undefined)[]> {
  const keys = new Map<string, readonly (string | undefined)[]>();
  for (const { key, values } of written.flatMap(({ conditions }) => conditions)) {
    const name = variableKey(key);
    if (!CERTAIN.has(name)) keys.set(name, [...(keys.get(name) ?? []), ...candidatesFor(values)]);
  }
  return keys;
}

/** Names of things that the conditions of a policy make a difference of, its patterns made concrete. */
export function distinguishedNames(written: readonly WrittenStatement[]): readonly string[] {
  const values = written
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => ["iot:clientid", "iot:connection.thing.thingname"].includes(variableKey(key)))
    .flatMap((condition) => condition.values.flatMap(samples));
  return [...new Set(values)].filter((name) => REGISTRY_NAME.test(name) && !/^(?:true|false)$/i.test(name));
}

/** The connections under a client id that a policy is tried with, with a thing and without. */
function connections(
  written: readonly WrittenStatement[],
  clientId: string,
  name: string,
): readonly PolicyVariables[] {
  const bases = [
    connectionVariables({ clientId, thing: { name, attributes: {} } }),
    connectionVariables({ clientId }),
  ];
  const others = [...contexts(compared(written))];
  return bases.flatMap((base) => others.map((other) => new Map([...base, ...other])));
}

/**
 * The connections of a device under its own name that a policy is tried with: its certificate attached to the
 * thing or not, and whatever else the policy's conditions ask about.
 */
export const ownConnections = (written: readonly WrittenStatement[], name = SELF) =>
  connections(written, name, name);

/** What is known of the thing of a connection only where the certificate is attached to it. */
const ATTACHED_ONLY = /^iot:connection\.thing\./;

/** The connections of a device under its own name, with a certificate that is attached to its thing. */
export function attachedConnections(written: readonly WrittenStatement[]): readonly PolicyVariables[] {
  return ownConnections(written).filter((known) => known.has("iot:connection.thing.thingname"));
}

/**
 * The connections of a stranger under the device's name: its certificate is not attached to the thing, so that
 * nothing but the name is known of it.
 *
 * Source: AWS IoT Core Developer Guide, "Thing policy variables".
 */
export function strangersConnections(written: readonly WrittenStatement[]): readonly PolicyVariables[] {
  const others = new Map([...compared(written)].filter(([key]) => !ATTACHED_ONLY.test(key)));
  return [...contexts(others)].map(
    (other) => new Map([...connectionVariables({ clientId: SELF }), ...other]),
  );
}

/** Connections of a device of another name under a client id that is not its own. */
export const foreignConnections = (written: readonly WrittenStatement[], clientId: string) =>
  connections(written, clientId, SELF);
