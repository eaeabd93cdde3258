import { readFileSync } from "node:fs";
import type * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  type CheckRequest,
  type ConfigureRequest,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { answering } from "../program/grpc-server";
import { handlerOf } from "../resources/handlers/table";
import {
  check,
  create,
  diff,
  previewedNew,
  read,
  remove,
  resourceNameOf,
  unknowns,
  update,
} from "../resources/lifecycle";
import type { Properties } from "../resources/property-values";
import { fromStruct, toStruct } from "../resources/property-values";
import { differences, type Kept } from "../resources/state";
import { checkResponse, diffResponse, failure, nativeDiffResponse } from "./answers";
import { type PackageName, unknownConfiguration } from "./configuration";
import type { Provider } from "./provider";

/** The version of the SDK that the program uses, which the engine expects of a provider. */
function versionOf(packageName: PackageName): string {
  const manifest = readFileSync(require.resolve(`@pulumi/${packageName}/package.json`), "utf8");
  return `${(JSON.parse(manifest) as { readonly version: string }).version}+sandbox`;
}

/** Answers a call, or says why it failed. */
const call = <Request, Response>(make: (request: Request) => Promise<Response> | Response) =>
  answering((error, callback) => callback(failure(error)), make);

const keptOf = (request: DiffRequest | UpdateRequest): Kept => ({
  inputs: fromStruct(request.getOldInputs()),
  state: fromStruct(request.getOlds()),
});

/** What concerns the provider as such. Secrets are plain on the wire: the engine marks them itself. */
function providerCalls(provider: Provider): grpc.UntypedServiceImplementation {
  const { packageName } = provider;
  return {
    getPluginInfo: call(() => new PluginInfo().setVersion(versionOf(packageName))),
    getSchema: call(() => {
      const schema = { name: packageName, version: versionOf(packageName) };
      return new GetSchemaResponse().setSchema(JSON.stringify(schema));
    }),
    checkConfig: call((request: CheckRequest) => {
      const inputs = fromStruct(request.getNews());
      const failures = unknownConfiguration(inputs).map((property) => ({
        property,
        reason: `the sandbox does not honour ${packageName}:${property}; use a stack of its own for it`,
      }));
      return checkResponse({ inputs, failures });
    }),
    diffConfig: call((request: DiffRequest) => {
      const [old, wanted] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
      const inputs = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
      const found = differences({ inputs, createOnly: [] }, old, wanted);
      return diffResponse({ differences: found, deleteBeforeReplace: false });
    }),
    configure: call(async (request: ConfigureRequest) => {
      await provider.configure(fromStruct(request.getArgs()));
      return new ConfigureResponse().setSupportspreview(true);
    }),
    invoke: call(async (request: InvokeRequest) => {
      const result = await provider.invoke(request.getTok(), fromStruct(request.getArgs()));
      return new InvokeResponse().setReturn(toStruct(result));
    }),
    attach: call(() => new Empty()),
    cancel: call(() => new Empty()),
  };
}

/**
 * What a resource is to be like; what the program ignores changes of stays as it is.
 *
 * Source: Pulumi's provider protocol, `DiffRequest` and `UpdateRequest`, `ignoreChanges`.
 */
function wantedOf(request: DiffRequest | UpdateRequest): Properties {
  const { state } = keptOf(request);
  const left = request.getIgnorechangesList().filter((name) => name in state);
  return { ...fromStruct(request.getNews()), ...Object.fromEntries(left.map((name) => [name, state[name]])) };
}

/** What the engine asks of a resource before it acts. */
function planningCalls(): grpc.UntypedServiceImplementation {
  return {
    check: call((request: CheckRequest) => {
      const resource = resourceNameOf(request.getUrn());
      const handler = handlerOf(resource.type);
      const naming = {
        earlier: fromStruct(request.getOlds()),
        proposed: request.getAutonaming()?.getProposedName() ?? "",
        seed: request.getRandomseed_asU8(),
      };
      return checkResponse(check(handler, resource, fromStruct(request.getNews()), naming));
    }),
    diff: call((request: DiffRequest) => {
      const resource = resourceNameOf(request.getUrn());
      const handler = handlerOf(resource.type);
      const planned = diff(handler, resource, keptOf(request), wantedOf(request));
      return handler.model ? nativeDiffResponse(planned) : diffResponse(planned);
    }),
  };
}

/** What changes or reads a resource. */
function actingCalls(provider: Provider): grpc.UntypedServiceImplementation {
  const handlerFor = (request: { getUrn(): string }) => handlerOf(resourceNameOf(request.getUrn()).type);
  return {
    create: call(async (request: CreateRequest) => {
      const handler = handlerFor(request);
      const inputs = fromStruct(request.getProperties());
      if (request.getPreview()) {
        return new CreateResponse().setProperties(toStruct(previewedNew(handler, inputs)));
      }
      const { id, state } = await create(handler, inputs, provider.context);
      return new CreateResponse().setId(id).setProperties(toStruct(state));
    }),
    read: call(async (request: ReadRequest) => {
      const kept = { inputs: fromStruct(request.getInputs()), state: fromStruct(request.getProperties()) };
      const found = await read(handlerFor(request), { id: request.getId(), kept }, provider.context);
      if (!found) return new ReadResponse();
      const { id, state, inputs } = found;
      return new ReadResponse().setId(id).setProperties(toStruct(state)).setInputs(toStruct(inputs));
    }),
    update: call(async (request: UpdateRequest) => {
      const handler = handlerFor(request);
      const kept = keptOf(request);
      const wanted = wantedOf(request);
      if (request.getPreview()) {
        const planned = { ...kept.state, ...wanted, ...unknowns(handler.volatile) };
        return new UpdateResponse().setProperties(toStruct(planned));
      }
      const state = await update(handler, { id: request.getId(), kept, wanted }, provider.context);
      return new UpdateResponse().setProperties(toStruct(state));
    }),
    delete: call(async (request: DeleteRequest) => {
      const kept = { inputs: fromStruct(request.getOldInputs()), state: fromStruct(request.getProperties()) };
      await remove(handlerFor(request), { id: request.getId(), kept }, provider.context);
      return new Empty();
    }),
  };
}

/** Pulumi's ResourceProvider over the sandbox's handlers. Source: pulumi/pulumi, proto/pulumi/provider.proto. */
export const providerService = (provider: Provider): grpc.UntypedServiceImplementation => ({
  ...providerCalls(provider),
  ...planningCalls(),
  ...actingCalls(provider),
});
