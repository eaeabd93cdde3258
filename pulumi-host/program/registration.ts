import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { fromStruct, type Properties } from "../resources/property-values";
import { DeployError } from "./deploy-error";

/** A resource as it was made, or would be: an id that is undefined is unknown. */
export interface Registered {
  readonly urn: string;
  readonly id?: string;
  readonly outputs: Properties;
}

/** Where in the source a resource is made. */
export interface SourcePosition {
  /** URL of the file, `file:///...`. */
  readonly uri: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** Options of a resource that a policy can see, beside parent and protection. */
interface ResourceOptions {
  readonly ignoreChanges: readonly string[];
  /** Absent when the program leaves it to the provider. */
  readonly deleteBeforeReplace?: boolean;
  readonly additionalSecretOutputs: readonly string[];
  /** Earlier URNs. */
  readonly aliases: readonly string[];
  /** Seconds; 0 leaves it to the provider. */
  readonly customTimeouts: { readonly create: number; readonly update: number; readonly delete: number };
}

/** A resource as the program asks for it. */
export interface Registration {
  /** Type token, for example `aws:sns/topic:Topic`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** URN of the parent; empty for the stack. */
  readonly parent: string;
  /** Whether a provider makes it; a component is not custom. */
  readonly custom: boolean;
  /** Inputs. */
  readonly inputs: Properties;
  /** Reference of its provider, `<urn>::<id>`; empty for the default one. */
  readonly provider: string;
  /** Version of the default provider, for example `7.48.0`; empty for any. */
  readonly version: string;
  /** URNs of what it depends on. */
  readonly dependencies: readonly string[];
  /** URNs of what each input depends on; only inputs that depend on something. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Names of the hooks to call before it is made; absent when there are none. */
  readonly beforeCreate?: readonly string[];
  /** Whether the engine would refuse to delete it. */
  readonly protect: boolean;
  readonly options: ResourceOptions;
  /** Absent when no code of the program is known to make it. */
  readonly position?: SourcePosition;
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Seconds of a duration such as `1h30m`. Source: Pulumi documentation, "Resource option: customTimeouts". */
function secondsOf(duration: string): number {
  const parts = duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return [...parts].reduce((sum, [, count, unit = ""]) => sum + Number(count) * (SECONDS[unit] ?? 0), 0);
}

function optionsOf(request: RegisterResourceRequest): ResourceOptions {
  const timeouts = request.getCustomtimeouts();
  return {
    ignoreChanges: request.getIgnorechangesList(),
    ...(request.getDeletebeforereplacedefined() && {
      deleteBeforeReplace: request.getDeletebeforereplace(),
    }),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: request.getAliasurnsList(),
    customTimeouts: {
      create: secondsOf(timeouts?.getCreate() ?? ""),
      update: secondsOf(timeouts?.getUpdate() ?? ""),
      delete: secondsOf(timeouts?.getDelete() ?? ""),
    },
  };
}

function propertyDependenciesOf(request: RegisterResourceRequest): Record<string, string[]> {
  const entries = [...request.getPropertydependenciesMap().entries()].map(
    ([property, dependencies]): [string, string[]] => [property, dependencies.getUrnsList()],
  );
  return Object.fromEntries(entries.filter(([, urns]) => urns.length > 0));
}

/**
 * The innermost frame of the program's own code. The position that the SDK names is not enough: it is lost where
 * an anonymous function makes the resource, and lies in the SDK for a provider and for the stack.
 */
function positionOf(request: RegisterResourceRequest): SourcePosition | undefined {
  const frames = request.getStacktrace()?.getFramesList() ?? [];
  for (const frame of [request.getSourceposition(), ...frames.map((each) => each.getPc())]) {
    const uri = frame?.getUri() ?? "";
    if (frame && uri !== "" && !uri.includes("/node_modules/")) {
      return { uri, line: frame.getLine(), column: frame.getColumn() };
    }
  }
  return undefined;
}

/** A deploy only makes resources: hooks on updates and deletions have no turn, and one after a creation is not called. */
function checkHooks(request: RegisterResourceRequest): void {
  const called = request.getHooks()?.getAfterCreateList() ?? [];
  if (called.length > 0) {
    throw new DeployError(
      `${request.getType()} ${request.getName()} could not be made: the sandbox calls no hook after a creation, such as ${called.join(", ")}.`,
    );
  }
}

/**
 * Reads a registration off the wire.
 *
 * @throws DeployError - it asks for what is not imitated.
 */
export function registrationOf(request: RegisterResourceRequest): Registration {
  checkHooks(request);
  const position = positionOf(request);
  const beforeCreate = request.getHooks()?.getBeforeCreateList() ?? [];
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: fromStruct(request.getObject()),
    provider: request.getProvider(),
    version: request.getVersion(),
    dependencies: request.getDependenciesList(),
    propertyDependencies: propertyDependenciesOf(request),
    ...(beforeCreate.length > 0 && { beforeCreate }),
    protect: request.getProtect() ?? false,
    options: optionsOf(request),
    ...(position && { position }),
  };
}
