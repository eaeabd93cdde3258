import type { PolicyResource } from "@pulumi/policy";
import type { AwsScope } from "../../lib/aws/arns";
import { isObject, type JsonObject } from "../../lib/json";
import type { Subject } from "../findings";
import { isLeftOut, LEFT_OUT, parseJsonOnce, plain, UNKNOWN } from "../input/unknown";
import { apiSpelling } from "./api-spelling";
import { SINGLE } from "./declared";
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
  /** Properties whose changes the program leaves alone. */
  readonly ignores: readonly string[];
  /** Its provider, where it has one of its own. */
  readonly provider?: { readonly props: JsonObject };
  /** Where it is, going by the loop, its own region and its provider's; absent where that is not known. */
  readonly home?: AwsScope;
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

/** The name that a resource's own type has for a property. */
function original(property: string, names: Readonly<Record<string, string>>): string {
  return Object.entries(names).find(([, to]) => to === property)?.[0] ?? property;
}

function sources(
  { propertyDependencies, dependencies }: PolicyResource,
  ownName: (property: string) => string,
): Pick<Resource, "sourcesOf" | "isDerived"> {
  const own = (property: string) => propertyDependencies[ownName(property)] ?? [];
  return {
    sourcesOf: (property) => {
      const known = own(property);
      return (known.length > 0 ? known : dependencies).map(({ urn }) => urn);
    },
    isDerived: (property) => own(property).length > 0,
  };
}

const readingOf = (type: string): TypeReading | undefined =>
  Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;

/** What a resource is read as: its own properties, or those of the one resource that it declares. */
interface Written {
  readonly reading: TypeReading | undefined;
  readonly props: JsonObject;
  /** The property that all the others stand in. */
  readonly within?: string;
}

/**
 * A resource that declares one of a type that the pack follows, by Cloud Control for example, is read as that one.
 * Profiles are read where they are judged, with what templates declare.
 */
function written(type: string, props: JsonObject): Written {
  const [typeProperty, within] = (Object.hasOwn(SINGLE, type) && SINGLE[type]) || [];
  const declared = typeProperty === undefined ? undefined : props[typeProperty];
  const [, service = "", name = ""] =
    typeof declared === "string" ? (/^AWS::(\w+)::(\w+)$/.exec(declared) ?? []) : [];
  const reading = readingOf(`aws-native:${service.toLowerCase()}:${name}`);
  if (within === undefined || reading === undefined || reading.kind === "profile") {
    return { reading: readingOf(type), props };
  }
  const value = props[within];
  const found = typeof value === "string" ? parseJsonOnce(value) : value;
  return { reading, props: isObject(found) ? (apiSpelling(found) as JsonObject) : LEFT_OUT, within };
}

function read(resource: PolicyResource): Resource {
  const { type, name, urn, opts, provider } = resource;
  const { reading, props: own, within } = written(type, plain(resource.props) as JsonObject);
  const names = reading?.renamed ?? {};
  const origin = sources(resource, (property) => within ?? original(property, names));
  const props = own === LEFT_OUT ? own : renamed(own, names);
  return {
    type,
    name,
    urn,
    ...(reading && { kind: reading.kind }),
    props: isLeftOut(props) ? LEFT_OUT : withoutUnset(props, reading?.kind, origin.isDerived),
    protect: opts.protect,
    ignores: opts.ignoreChanges,
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
