import { randomUUID } from "node:crypto";
import { AwsError } from "./aws-error";
import type { WireRequest, WireResponse } from "./exchange";
import { ShapeError } from "./json-codec";
import { readJsonInput, writeJsonError, writeJsonOutput } from "./json-rpc";
import { type Operation, operationsOf, queryErrorCodesOf, requiredMembers } from "./operations";
import { readQueryInput, writeQueryError, writeQueryOutput } from "./query-xml";
import { type RestMatch, readRestInput, restMatcher, writeRestError, writeRestOutput } from "./rest-json";
import type { Call, Caller, Protocol, Service } from "./service";

/** Content type of a Query request. */
const FORM = "application/x-www-form-urlencoded";

/** What an SDK's module says of its API. */
interface Api {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly queryCodes: ReadonlyMap<string, string>;
  readonly match: (method: string, path: string) => RestMatch | undefined;
}

/** A service with its operations looked up. */
interface Mounted extends Api {
  readonly service: Service;
}

/** What the router asks of the world around it. */
export interface RouterPorts {
  /** Who an access key stands for. */
  readonly callerOf: (accessKeyId: string | undefined) => Caller;
  /** Refuses a call by throwing `AwsError`; called before the action. */
  readonly authorize: (
    service: Service,
    operation: string,
    input: Record<string, unknown>,
    call: Call,
  ) => void;
  /** The virtual time. */
  readonly now: () => Date;
  /** Told of an error that is a fault of the sandbox's own. */
  readonly unexpected: (error: unknown, where: string) => void;
}

/** What a request means, before its input is read. */
interface Target {
  readonly mounted: Mounted;
  readonly protocol: Protocol;
  readonly operationName: string;
  readonly rest?: RestMatch;
  readonly form?: URLSearchParams;
}

/** What is known of each API; every reset of a sandbox mounts its services anew. */
const apis = new WeakMap<object, Api>();

function apiOf(sdk: object): Api {
  const known = apis.get(sdk);
  if (known) return known;
  const operations = operationsOf(sdk);
  const match = restMatcher(operations.values());
  const api = { operations, queryCodes: queryErrorCodesOf(sdk), match };
  apis.set(sdk, api);
  return api;
}

const mount = (service: Service): Mounted => {
  const api = apiOf(service.sdk);
  const strange = Object.keys(service.actions).filter((name) => !api.operations.has(name));
  if (strange.length > 0)
    throw new Error(`The API of ${service.name} has no operation ${strange.join(", ")}.`);
  return { ...api, service, match: service.protocol === "rest-json" ? api.match : () => undefined };
};

interface Credential {
  readonly accessKeyId?: string;
  readonly signingName?: string;
}

/** Reads the SigV4 credential scope; the signature itself is not checked. */
function credentialOf(request: WireRequest): Credential {
  const text = request.headers.authorization ?? request.query.get("X-Amz-Credential") ?? "";
  const found = /(?:Credential=|^)([^/,\s]+)\/\d{8}\/[^/]*\/([^/]+)\/aws4_request/.exec(text);
  return found ? { accessKeyId: found[1] ?? "", signingName: found[2] ?? "" } : {};
}

/**
 * Finds the service and the operation of each request (credential scope, else `X-Amz-Target`, else Query
 * `Version`, else path), runs it and writes the answer in the service's protocol.
 */
export class Router {
  readonly #mounted: readonly Mounted[];
  readonly #ports: RouterPorts;

  constructor(services: readonly Service[], ports: RouterPorts) {
    this.#mounted = services.map(mount);
    this.#ports = ports;
  }

  /** Answers one request; never throws. */
  async handle(request: WireRequest): Promise<WireResponse> {
    const requestId = randomUUID();
    let target: Target | undefined;
    let response: WireResponse;
    try {
      target = this.#targetOf(request);
      response = await this.#run(target, request, requestId);
    } catch (error) {
      const awsError = this.#asAwsError(error, target);
      response = this.#writeError(target, request, awsError, requestId);
    }
    return { ...response, headers: { "x-amzn-requestid": requestId, ...response.headers } };
  }

  async #run(target: Target, request: WireRequest, requestId: string): Promise<WireResponse> {
    const { service, operations } = target.mounted;
    const operation = operations.get(target.operationName);
    const action = service.actions[target.operationName];
    if (!operation || !action) throw unknownOperation(service, target.operationName);
    const input = readInput(target, operation, request);
    for (const member of requiredMembers(operation.input)) {
      if (input[member] === undefined) throw service.invalid(`Missing required member: ${member}`);
    }
    const call: Call = {
      caller: this.#ports.callerOf(credentialOf(request).accessKeyId),
      requestId,
      date: this.#ports.now(),
    };
    this.#ports.authorize(service, operation.name, input, call);
    const output = ((await action(input, call)) ?? {}) as Record<string, unknown>;
    const { protocol } = target;
    if (protocol === "rest-json") return writeRestOutput(operation, output);
    if (protocol === "query") return writeQueryOutput(service, operation, output, requestId);
    return writeJsonOutput(protocol, operation, output);
  }

  #targetOf(request: WireRequest): Target {
    const { signingName } = credentialOf(request);
    const header = request.headers["x-amz-target"];
    const bySigning = this.#mounted.filter(
      ({ service: { name, signingNames = [name] } }) => signingName && signingNames.includes(signingName),
    );
    if (signingName && bySigning.length === 0) throw unknownService(signingName);
    const candidates = bySigning.length > 0 ? bySigning : this.#mounted;
    return (
      this.#byHeader(candidates, header) ??
      this.#byPath(candidates, request) ??
      this.#byForm(candidates, request) ??
      this.#nothing(bySigning[0], request)
    );
  }

  #byHeader(candidates: readonly Mounted[], header: string | undefined): Target | undefined {
    const [prefix = "", operationName = ""] = (header ?? "").split(".");
    const mounted = candidates.find(({ service }) => header && service.targetPrefix === prefix);
    return mounted && { mounted, protocol: mounted.service.protocol, operationName };
  }

  #byPath(candidates: readonly Mounted[], request: WireRequest): Target | undefined {
    for (const mounted of candidates) {
      const rest = mounted.match(request.method, request.path);
      if (rest) return { mounted, protocol: "rest-json", rest, operationName: rest.operation.name };
    }
    return undefined;
  }

  #byForm(candidates: readonly Mounted[], request: WireRequest): Target | undefined {
    const isForm = request.headers["content-type"]?.startsWith(FORM);
    const form = isForm ? new URLSearchParams(request.body.toString("utf8")) : request.query;
    const operationName = form.get("Action");
    const version = form.get("Version");
    if (!operationName) return undefined;
    const mounted = candidates.find(
      ({ service, operations }) =>
        service.version !== undefined &&
        (version === null
          ? candidates.length === 1 || operations.has(operationName)
          : service.version === version),
    );
    const member = mounted?.service.pathMember;
    if (member !== undefined && request.path !== "/" && !form.has(member)) form.set(member, request.path);
    return mounted && { mounted, protocol: "query", operationName, form };
  }

  #nothing(mounted: Mounted | undefined, request: WireRequest): never {
    const what = `${request.method} ${request.path}`;
    throw mounted ? unknownOperation(mounted.service, what) : unknownService(what);
  }

  #asAwsError(error: unknown, target: Target | undefined): AwsError {
    if (error instanceof AwsError) return error;
    if (error instanceof ShapeError) {
      return (
        target?.mounted.service.invalid(error.message) ??
        new AwsError("ValidationException", 400, error.message)
      );
    }
    this.#ports.unexpected(error, target?.operationName ?? "routing");
    return new AwsError("InternalFailure", 500, `The sandbox failed: ${(error as Error)?.message ?? error}`);
  }

  #writeError(
    target: Target | undefined,
    request: WireRequest,
    error: AwsError,
    requestId: string,
  ): WireResponse {
    const protocol = target?.protocol ?? guessProtocol(request);
    const queryCode = target?.mounted.queryCodes.get(error.code);
    if (protocol === "rest-json") return writeRestError(error);
    if (protocol !== "query") {
      // Only clients of a service that once spoke Query ask for the old codes, and only they understand them.
      return writeJsonError(protocol, error, request.headers["x-amzn-query-mode"] ? queryCode : undefined);
    }
    return writeQueryError(new AwsError(queryCode ?? error.code, error.status, error.message), requestId);
  }
}

/** How the client of a request that reached no service speaks, so that it can read why. */
function guessProtocol({ headers }: WireRequest): Protocol {
  const type = headers["content-type"] ?? "";
  if (headers["x-amz-target"]) return type.includes("json-1.0") ? "json-1.0" : "json-1.1";
  return type.startsWith(FORM) ? "query" : "rest-json";
}

function readInput(target: Target, operation: Operation, request: WireRequest): Record<string, unknown> {
  if (target.rest) return readRestInput(target.rest, request);
  if (target.form) return readQueryInput(operation, target.form);
  return readJsonInput(operation, request.body);
}

const unknown = (what: string) =>
  new AwsError(
    "UnknownOperationException",
    400,
    `The sandbox ${what}; sandbox/README.md lists what it knows.`,
  );

const unknownOperation = ({ name }: Service, operation: string) =>
  unknown(`does not know ${operation} of ${name}`);

const unknownService = (what: string) => unknown(`has no service for ${what}`);
