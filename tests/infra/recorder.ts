import * as pulumi from "@pulumi/pulumi";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks";

/** The account that the mocks answer for. */
export const SCOPE = { partition: "aws", region: "us-east-1", account: "123456789012" } as const;

/** One registration, as the engine would be asked for it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly parent: string;
  readonly inputs: Record<string, unknown>;
  readonly dependencies: readonly string[];
  /** URNs of the resources that each input's value comes from. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly provider: string;
  /** Names of the hooks that are called before it is created. */
  readonly beforeCreate: readonly string[];
  /** Names of the hooks that are called before it is updated. */
  readonly beforeUpdate: readonly string[];
  /** What a component gave to `registerOutputs`. */
  outputs?: unknown;
}

/** What to run a program with. */
export interface RunOptions {
  readonly config?: Record<string, string>;
  readonly stack?: string;
  /** A first preview: what AWS computes is unknown. */
  readonly preview?: boolean;
  /** Where registrations are kept, for a run that fails. */
  readonly registrations?: Registration[];
  readonly scope?: { readonly partition: string; readonly region: string; readonly account: string };
}

type Computed = (inputs: Record<string, unknown>, scope: typeof SCOPE) => Record<string, unknown>;

const arnOf =
  (service: string, prefix: string): Computed =>
  (inputs, scope) => ({
    arn: `arn:${scope.partition}:${service}:${scope.region}:${scope.account}:${prefix}${inputs.name}`,
  });

/** What AWS computes for each type that the program makes. A type that is missing here is a fault. */
export const COMPUTED: Readonly<Record<string, Computed>> = {
  "aws-native:iot:SecurityProfile": (inputs, scope) => ({
    securityProfileArn: `arn:${scope.partition}:iot:${scope.region}:${scope.account}:securityprofile/${inputs.securityProfileName}`,
  }),
  "aws:cloudwatch/logGroup:LogGroup": arnOf("logs", "log-group:"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": arnOf("cloudwatch", "alarm:"),
  "aws:dynamodb/table:Table": arnOf("dynamodb", "table/"),
  "aws:iam/role:Role": (inputs, scope) => ({
    arn: `arn:${scope.partition}:iam::${scope.account}:role/${inputs.name}`,
  }),
  "aws:iam/rolePolicy:RolePolicy": () => ({}),
  "aws:iot/policy:Policy": arnOf("iot", "policy/"),
  "aws:iot/policyAttachment:PolicyAttachment": () => ({}),
  "aws:iot/thingGroup:ThingGroup": arnOf("iot", "thinggroup/"),
  "aws:kms/alias:Alias": arnOf("kms", ""),
  "aws:kms/key:Key": (_inputs, scope) => ({
    arn: `arn:${scope.partition}:kms:${scope.region}:${scope.account}:key/k-1`,
    keyId: "k-1",
  }),
  "aws:lambda/eventSourceMapping:EventSourceMapping": () => ({ uuid: "mapping-1" }),
  "aws:lambda/function:Function": arnOf("lambda", "function:"),
  "aws:scheduler/schedule:Schedule": (inputs, scope) => ({
    arn: `arn:${scope.partition}:scheduler:${scope.region}:${scope.account}:schedule/default/${inputs.name}`,
  }),
  "aws:sns/topic:Topic": arnOf("sns", ""),
  "aws:sns/topicPolicy:TopicPolicy": () => ({}),
  "aws:sns/topicSubscription:TopicSubscription": () => ({}),
  "aws:sqs/queue:Queue": (inputs, scope) => ({
    arn: `arn:${scope.partition}:sqs:${scope.region}:${scope.account}:${inputs.name}`,
    url: `https://sqs.${scope.region}.amazonaws.com/${scope.account}/${inputs.name}`,
  }),
  "pulumi:providers:aws-native": () => ({}),
};

function answerCall({ token, inputs }: MockCallArgs, scope: typeof SCOPE): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: scope.account, id: scope.account, arn: "", userId: "" };
    case "aws:index/getRegion:getRegion":
      return { region: scope.region, id: scope.region, name: scope.region, description: "", endpoint: "" };
    case "aws:index/getPartition:getPartition":
      return { partition: scope.partition, id: scope.partition, dnsSuffix: "amazonaws.com" };
    case "aws:iot/getEndpoint:getEndpoint":
      return {
        // Other types are other hosts, and only this one has a certificate that today's clients trust.
        endpointAddress: `a1${inputs.endpointType === "iot:Data-ATS" ? "-ats" : ""}.iot.${scope.region}.amazonaws.com`,
        endpointType: inputs.endpointType,
      };
    default:
      // Without `details` a mock's error arrives with an empty text.
      throw Object.assign(new Error(`unmocked call ${token}`), { details: `unmocked call ${token}` });
  }
}

function answerResource(args: MockResourceArgs, scope: typeof SCOPE, preview: boolean) {
  const computed = args.custom === false ? () => ({}) : COMPUTED[args.type];
  if (computed === undefined) {
    throw Object.assign(
      new Error(
        `unmocked resource ${args.type}: tests/resource-types.test.ts tells which tables it has to be in`,
      ),
      { details: args.type },
    );
  }
  const inputs = args.inputs as Record<string, unknown>;
  return preview
    ? { id: undefined, state: inputs }
    : { id: `${args.name}-id`, state: { ...inputs, ...computed(inputs, scope) } };
}

/** The monitor's methods that are listened to, as the SDK calls them. */
interface Monitor {
  registerResource(request: RegisterRequest, callback: (error: unknown, response: Urn) => void): unknown;
  registerResourceOutputs(request: OutputsRequest, callback: unknown): unknown;
  registerResourceHook(request: unknown, callback: (error: unknown) => void): void;
}
interface Urn {
  getUrn(): string;
}
interface Struct {
  toJavaScript(): Record<string, unknown>;
}
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): Struct;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { entries(): Iterable<[string, { getUrnsList(): string[] }]> };
  getProtect(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getProvider(): string;
  getHooks(): { getBeforeCreateList(): string[]; getBeforeUpdateList(): string[] } | undefined;
}
interface OutputsRequest extends Urn {
  getOutputs(): Struct;
}

function listen(monitor: Monitor, seen: Registration[]): void {
  // The mocks say that they know hooks, but do not. None is called.
  monitor.registerResourceHook = (_request, callback) => callback(null);
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (!error) {
        seen.push({
          type: request.getType(),
          name: request.getName(),
          urn: response.getUrn(),
          parent: request.getParent(),
          inputs: request.getObject().toJavaScript(),
          dependencies: request.getDependenciesList(),
          sources: Object.fromEntries(
            Array.from(request.getPropertydependenciesMap().entries(), ([key, urns]) => [
              key,
              urns.getUrnsList(),
            ]),
          ),
          protect: request.getProtect(),
          deleteBeforeReplace: request.getDeletebeforereplace(),
          ignoreChanges: request.getIgnorechangesList(),
          provider: request.getProvider(),
          beforeCreate: request.getHooks()?.getBeforeCreateList() ?? [],
          beforeUpdate: request.getHooks()?.getBeforeUpdateList() ?? [],
        });
      }
      callback(error, response);
    });
  const outputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    const of = seen.find(({ urn }) => urn === request.getUrn());
    if (of !== undefined) of.outputs = request.getOutputs().toJavaScript();
    return outputs(request, callback);
  };
}

/**
 * Runs a program or a component against mocks, to its end.
 *
 * @param run - what to run; its result is awaited, outputs in it included.
 * @param options - config, stack, preview.
 * @returns the registrations in the order in which they were answered, and the result.
 */
export async function record<T>(run: () => T | Promise<T>, options: RunOptions = {}) {
  const scope = (options.scope ?? SCOPE) as typeof SCOPE;
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => answerResource(args, scope, options.preview ?? false),
      call: (args) => answerCall(args, scope),
    },
    "iot-quarantine",
    options.stack ?? "dev",
    options.preview ?? false,
  );
  pulumi.runtime.setAllConfig(options.config ?? {});
  const registrations = options.registrations ?? [];
  listen(pulumi.runtime.getMonitor() as unknown as Monitor, registrations);
  try {
    const result = await run();
    return { registrations, result };
  } finally {
    // Waits for the registrations that nobody awaits, also of a run that failed.
    await pulumi.runtime.disconnect();
  }
}

/** The value of an output, once everything is registered. */
export function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

/** Type and logical name of each registration, sorted: what a component is made of. */
export function summary(registrations: readonly Registration[]): string[] {
  return registrations.map(({ type, name }) => `${type} ${name}`).sort();
}

/** The one registration of that name. */
export function named(registrations: readonly Registration[], name: string): Registration {
  const found = registrations.filter((registration) => registration.name === name);
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`${found.length} registrations named ${name}`);
  }
  return found[0];
}

/**
 * Type, name and inputs of each child of the one component among the registrations, by name.
 *
 * @throws Error when there is more than one component, or a resource that is not its child.
 */
export function childrenOf(registrations: readonly Registration[], type: string) {
  const component = registrations.find((registration) => registration.type === type);
  const others = registrations.filter((registration) => registration !== component);
  if (component === undefined || others.some(({ parent }) => parent !== component.urn)) {
    throw new Error(`not one ${type} with its children: ${summary(registrations).join(", ")}`);
  }
  const children = others.map((child) => [child.name, { type: child.type, inputs: child.inputs }] as const);
  return { component, children: Object.fromEntries(children) };
}
