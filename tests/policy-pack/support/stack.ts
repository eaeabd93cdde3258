import type {
  PolicyResource,
  ReportViolation,
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";

/** What stands for a value that a preview cannot know: Pulumi's own sentinel. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource of a stack as a test writes it. */
export interface Made {
  type: string;
  props: Record<string, unknown>;
  protect?: boolean;
  ignoreChanges?: string[];
  /** Properties of its own provider. */
  provider?: Record<string, unknown>;
  /** Names of the resources that a property's value comes from. */
  sources?: Record<string, string[]>;
  /** Names of the resources that it depends on without such knowledge. */
  dependsOn?: string[];
}

/** Resources by logical name. */
export type Stack = Record<string, Made>;

/** What a policy said. */
export interface Verdict {
  readonly level: "own" | "advisory";
  readonly name: string;
  readonly message: string;
}

const urnOf = (name: string, type: string, stack = "prod") => `urn:pulumi:${stack}::acme::${type}::${name}`;

const OPTIONS = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
  additionalSecretOutputs: [],
};

const never = (): never => {
  throw new Error("no policy asks for this");
};

/** Properties as `@pulumi/policy` hands them to a policy: reading an unknown one throws. */
function guarded<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get: (target, key) => {
      const found: unknown = Reflect.get(target, key);
      if (found === UNKNOWN) throw new Error(`value at ${String(key)} can't be known during preview`);
      return guarded(found);
    },
  });
}

/** The resources as `@pulumi/policy` hands them to a policy, unknown values included. */
export function policyResources(stack: Stack, called?: string): PolicyResource[] {
  const made = new Map<string, PolicyResource>();
  for (const [name, { type, props, provider, protect = false, ignoreChanges = [] }] of Object.entries(
    stack,
  )) {
    made.set(name, {
      ...(provider && {
        provider: { type: "pulumi:providers:aws", name: "p", urn: "p", props: guarded(provider) },
      }),
      type,
      name,
      urn: urnOf(name, type, called),
      props: guarded(props),
      opts: { ...OPTIONS, protect, ignoreChanges },
      dependencies: [],
      propertyDependencies: {},
      isType: never,
      asType: never,
    });
  }
  const named = (names: readonly string[]) => names.flatMap((name) => made.get(name) ?? []);
  for (const [name, { sources = {}, dependsOn = [] }] of Object.entries(stack)) {
    const resource = made.get(name);
    if (!resource) continue;
    resource.propertyDependencies = Object.fromEntries(
      Object.entries(sources).map(([property, names]) => [property, named(names)]),
    );
    resource.dependencies = named([...dependsOn, ...Object.values(sources).flat()]);
  }
  return [...made.values()];
}

function recorder(verdicts: Verdict[], fallback: string): ReportViolation {
  return (message, urn) => {
    const leveled = message as unknown as string | { message: string; urn: string; enforcementLevel: string };
    const from = typeof leveled === "string" ? urn : leveled.urn;
    verdicts.push({
      level: typeof leveled === "string" ? "own" : "advisory",
      name: from?.split("::").at(-1) ?? fallback,
      message: typeof leveled === "string" ? leveled : leveled.message,
    });
  };
}

/** What a policy says of a stack of some name: one of the loop of the whole, one of profiles of each resource. */
export function judgeStack(
  policy: StackValidationPolicy | ResourceValidationPolicy,
  stack: Stack,
  config: object = {},
  called?: string,
): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  const common = { stackTags: new Map(), getConfig: <T>() => config as T, notApplicable: never };
  const resources = policyResources(stack, called);
  if ("validateStack" in policy) {
    void policy.validateStack({ ...common, resources }, recorder(verdicts, ""));
    return verdicts;
  }
  for (const { type, name, urn, props, opts, provider } of resources) {
    const args: ResourceValidationArgs = {
      ...common,
      ...{ type, name, urn, props, opts, ...(provider && { provider }) },
      isType: never,
      asType: never,
    };
    void (policy.validateResource as ResourceValidation)(args, recorder(verdicts, name));
  }
  return verdicts;
}

/** A change to a stack; it may also answer another one. */
export type Change = (stack: Stack) => void;

/** The resource of that name. */
export function one(stack: Stack, name: string): Made {
  const made = stack[name];
  if (!made) throw new Error(`no resource ${name}`);
  return made;
}

/** Changes properties of a resource; `undefined` removes one. */
export const set =
  (name: string, props: Record<string, unknown>): Change =>
  (stack) => {
    Object.assign(one(stack, name).props, props);
  };

/** Removes resources. */
export const remove =
  (...names: string[]): Change =>
  (stack) => {
    for (const name of names) delete stack[name];
  };

/** Makes values unknown, as a preview has them: they come from the resources named. */
export const unknown =
  (name: string, property: string, ...from: string[]): Change =>
  (stack) => {
    const made = one(stack, name);
    made.props[property] = UNKNOWN;
    made.sources = { ...made.sources, [property]: from };
  };

/** A stack after some changes. */
export function changed(make: () => Stack, ...changes: readonly Change[]): Stack {
  const stack = make();
  for (const change of changes) change(stack);
  return stack;
}
