import type { PolicyResource } from "@pulumi/policy";
import type { JsonObject } from "../../lib/json";
import type { Subject } from "../findings";
import { isLeftOut, LEFT_OUT, plain, UNKNOWN } from "../input/unknown";
import { COMPUTED, type Kind, TYPES, type TypeReading } from "./resource-types";

/** A resource of the stack as the pack reads it. */
export interface Resource extends Subject {
  /** Type token. */
  readonly type: string;
  /** What it is in a loop; absent for what the pack does not follow. */
  readonly kind?: Kind;
  /** Properties, under the names that `aws` has for them; without those that the program leaves to AWS, while empty. */
  readonly props: JsonObject;
  /** Whether Pulumi refuses to delete it. */
  readonly protect: boolean;
  /** Region of its own provider, where that is known. */
  readonly provider?: { readonly props: JsonObject };
  /** URNs of the resources that a property's value comes from; without such knowledge, of all dependencies. */
  readonly sourcesOf: (property: string) => readonly string[];
  /** Whether the program gives a property a value of other resources: an unknown one is else computed by AWS. */
  readonly isDerived: (property: string) => boolean;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Leaves out what AWS may choose and has not: empty after a deployment; not known before it, and of no other resource. */
function withoutUnset(
  props: JsonObject,
  kind: Kind | undefined,
  isDerived: (property: string) => boolean,
): JsonObject {
  const computed = (kind && COMPUTED[kind]) ?? [];
  const isUnset = ([property, value]: readonly [string, unknown]) =>
    computed.includes(property) && (isEmpty(value) || (value === UNKNOWN && !isDerived(property)));
  return Object.fromEntries(Object.entries(props).filter((entry) => !isUnset(entry)));
}

function renamed(props: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(props).map(([key, value]) => [names[key] ?? key, value]));
}

function sources(
  { propertyDependencies, dependencies }: PolicyResource,
  names: Readonly<Record<string, string>>,
): Pick<Resource, "sourcesOf" | "isDerived"> {
  const original = new Map(Object.entries(names).map(([from, to]) => [to, from]));
  const own = (property: string) => propertyDependencies[original.get(property) ?? property] ?? [];
  return {
    sourcesOf: (property) => {
      const known = own(property);
      return (known.length > 0 ? known : dependencies).map(({ urn }) => urn);
    },
    isDerived: (property) => own(property).length > 0,
  };
}

function read(resource: PolicyResource): Resource {
  const reading: TypeReading | undefined = Object.hasOwn(TYPES, resource.type)
    ? TYPES[resource.type]
    : undefined;
  const names = reading?.renamed ?? {};
  const { type, name, urn, opts, provider } = resource;
  const origin = sources(resource, names);
  const props = renamed(plain(resource.props) as JsonObject, names);
  return {
    type,
    name,
    urn,
    ...(reading && { kind: reading.kind }),
    props: isLeftOut(props) ? LEFT_OUT : withoutUnset(props, reading?.kind, origin.isDerived),
    protect: opts.protect,
    ...(provider && { provider: { props: plain(provider.props) as JsonObject } }),
    ...origin,
  };
}

/** Reads the resources of a stack. */
export function readResources(resources: readonly PolicyResource[]): readonly Resource[] {
  return resources.map(read);
}

/** The resources of a kind. */
export function ofKind(resources: readonly Resource[], kind: Kind): readonly Resource[] {
  return resources.filter((resource) => resource.kind === kind);
}
