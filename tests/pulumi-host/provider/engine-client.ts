import * as grpc from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  type ConfigureResponse,
  CreateRequest,
  type CreateResponse,
  DeleteRequest,
  DiffRequest,
  type DiffResponse,
  ErrorResourceInitFailed,
  InvokeRequest,
  type InvokeResponse,
  ReadRequest,
  type ReadResponse,
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { PackageName } from "../../../pulumi-host/provider/configuration";
import { serveProvider } from "../../../pulumi-host/provider/serve";
import { fromStruct, type Properties, toStruct } from "../../../pulumi-host/resources/property-values";

/** URN of a resource of a stack. */
export const urnOf = (type: string, name: string) =>
  `urn:pulumi:test::project::parent:index:P$${type}::${name}`;

type Callback<Response> = (error: grpc.ServiceError | null, response: Response) => void;

/** A call that failed as the engine reads it. */
export class CallFailed extends Error {
  readonly partial:
    | { readonly id: string; readonly state: Properties; readonly inputs: Properties }
    | undefined;

  constructor(error: grpc.ServiceError) {
    super(error.details);
    const [packed] = error.metadata.get("grpc-status-details-bin");
    const [detail] = packed ? Status.deserializeBinary(packed as Buffer).getDetailsList() : [];
    const name = "pulumirpc.ErrorResourceInitFailed";
    const failed = detail?.unpack(ErrorResourceInitFailed.deserializeBinary, name);
    this.partial = failed
      ? {
          id: failed.getId(),
          state: fromStruct(failed.getProperties()),
          inputs: fromStruct(failed.getInputs()),
        }
      : undefined;
  }
}

function asking<Response>(call: (callback: Callback<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(new CallFailed(error)) : resolve(response)));
  });
}

/** An update as the engine asks for it. */
interface TestChange {
  readonly state: Properties;
  readonly oldInputs: Properties;
  readonly news: Properties;
  readonly preview?: boolean;
}

/** A stand-in provider, spoken to as the engine does. */
export async function startProvider(
  packageName: PackageName,
  endpoint: string,
  env: Readonly<Record<string, string>> = {},
) {
  const { port, stop } = await serveProvider(packageName, { endpoint, env });
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
  });
  return {
    stop: () => {
      client.close();
      stop();
    },
    info: () => asking<PluginInfo>((callback) => client.getPluginInfo(new Empty(), callback)),
    checkConfig: (config: Properties) => {
      const request = new CheckRequest().setNews(toStruct(config));
      return asking<CheckResponse>((callback) => client.checkConfig(request, callback));
    },
    diffConfig: (olds: Properties, news: Properties) => {
      const request = new DiffRequest().setOldInputs(toStruct(olds)).setNews(toStruct(news));
      return asking<DiffResponse>((callback) => client.diffConfig(request, callback));
    },
    configure: (config: Properties) => {
      const request = new ConfigureRequest().setArgs(toStruct(config));
      return asking<ConfigureResponse>((callback) => client.configure(request, callback));
    },
    invoke: async (token: string, args: Properties = {}) => {
      const request = new InvokeRequest().setTok(token).setArgs(toStruct(args));
      const response = await asking<InvokeResponse>((callback) => client.invoke(request, callback));
      return fromStruct(response.getReturn());
    },
    check: (
      urn: string,
      news: Properties,
      more: { olds?: Properties; seed?: string; proposed?: string } = {},
    ) => {
      const request = new CheckRequest()
        .setUrn(urn)
        .setNews(toStruct(news))
        .setOlds(toStruct(more.olds ?? {}))
        .setRandomseed(Buffer.from(more.seed ?? "seed"));
      if (more.proposed !== undefined) {
        request.setAutonaming(new CheckRequest.AutonamingOptions().setProposedName(more.proposed));
      }
      return asking<CheckResponse>((callback) => client.check(request, callback));
    },
    diff: (
      urn: string,
      state: Properties,
      oldInputs: Properties,
      news: Properties,
      ignoreChanges: string[] = [],
    ) => {
      const request = new DiffRequest()
        .setUrn(urn)
        .setIgnorechangesList(ignoreChanges)
        .setOlds(toStruct(state))
        .setOldInputs(toStruct(oldInputs))
        .setNews(toStruct(news));
      return asking<DiffResponse>((callback) => client.diff(request, callback));
    },
    create: (urn: string, inputs: Properties, preview = false) => {
      const request = new CreateRequest().setUrn(urn).setProperties(toStruct(inputs)).setPreview(preview);
      return asking<CreateResponse>((callback) => client.create(request, callback));
    },
    read: (urn: string, id: string, inputs: Properties = {}, state: Properties = {}) => {
      const request = new ReadRequest()
        .setUrn(urn)
        .setId(id)
        .setInputs(toStruct(inputs))
        .setProperties(toStruct(state));
      return asking<ReadResponse>((callback) => client.read(request, callback));
    },
    update: (urn: string, id: string, change: TestChange) => {
      const request = new UpdateRequest()
        .setUrn(urn)
        .setId(id)
        .setOlds(toStruct(change.state))
        .setOldInputs(toStruct(change.oldInputs))
        .setNews(toStruct(change.news))
        .setPreview(change.preview ?? false);
      return asking<UpdateResponse>((callback) => client.update(request, callback));
    },
    remove: (urn: string, id: string, inputs: Properties = {}) => {
      const request = new DeleteRequest().setUrn(urn).setId(id).setOldInputs(toStruct(inputs));
      return asking<Empty>((callback) => client.delete(request, callback));
    },
  };
}

/** A provider as a test holds it. */
export type TestProvider = Awaited<ReturnType<typeof startProvider>>;
