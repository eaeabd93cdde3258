import type * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import {
  GetRootResourceResponse,
  type LogRequest,
  LogSeverity,
  SetRootResourceResponse,
} from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  type RegisterResourceHookRequest,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  RegisterResourceResponse,
  type ResourceInvokeRequest,
  ResourceInvokeResponse,
  type SupportsFeatureRequest,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { fromStruct, type Properties, toStruct } from "../resources/property-values";
import { answering, serveGrpc } from "./grpc-server";
import { type Registered, type Registration, registrationOf } from "./registration";

/** What the monitor's server hands on. Each may throw; the program's run then ends. */
export interface MonitorPorts {
  readonly register: (registration: Registration) => Promise<Registered>;
  readonly registerHook: (request: RegisterResourceHookRequest) => void;
  readonly registerOutputs: (urn: string, outputs: Properties) => void;
  readonly invoke: (token: string, args: Properties) => Properties;
  /** A message of the program or its SDK; `error` ones fail the run. */
  readonly log: (severity: "debug" | "info" | "warning" | "error", message: string) => void;
  /** Told of an error of a port. The program is not: it would hang or exit with 0. */
  readonly failed: (error: unknown) => void;
}

/** A listening monitor. */
export interface RunningMonitor {
  /** `host:port` for the program. */
  readonly address: string;
  readonly stop: () => void;
}

function monitorService(ports: MonitorPorts): grpc.UntypedServiceImplementation {
  // After a failure a call is not answered, as the run is over.
  const { failed } = ports;
  return {
    // Plain values are all that the deploy needs: no secrets, references or wrapped outputs on the wire.
    supportsFeature: answering(failed, (request: SupportsFeatureRequest) =>
      new SupportsFeatureResponse().setHassupport(request.getId() === "resourceHooks"),
    ),
    registerResourceHook: answering(failed, (request: RegisterResourceHookRequest) => {
      ports.registerHook(request);
      return new Empty();
    }),
    invoke: answering(failed, (request: ResourceInvokeRequest) => {
      const result = ports.invoke(request.getTok(), fromStruct(request.getArgs()));
      return new ResourceInvokeResponse().setReturn(toStruct(result));
    }),
    registerResource: answering(failed, async (request: RegisterResourceRequest) => {
      const { urn, id, outputs } = await ports.register(registrationOf(request));
      const response = new RegisterResourceResponse().setUrn(urn).setObject(toStruct(outputs));
      return id === undefined ? response : response.setId(id);
    }),
    registerResourceOutputs: answering(failed, (request: RegisterResourceOutputsRequest) => {
      ports.registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
      return new Empty();
    }),
    signalAndWaitForShutdown: answering(failed, () => new Empty()),
  };
}

const SEVERITIES = {
  [LogSeverity.DEBUG]: "debug",
  [LogSeverity.INFO]: "info",
  [LogSeverity.WARNING]: "warning",
  [LogSeverity.ERROR]: "error",
} as const;

function engineService({ log, failed }: MonitorPorts): grpc.UntypedServiceImplementation {
  let root = "";
  return {
    log: answering(failed, (request: LogRequest) => {
      log(SEVERITIES[request.getSeverity()], request.getMessage());
      return new Empty();
    }),
    getRootResource: answering(failed, () => new GetRootResourceResponse().setUrn(root)),
    setRootResource: answering(failed, (request: { getUrn(): string }) => {
      root = request.getUrn();
      return new SetRootResourceResponse();
    }),
  };
}

/** Serves Pulumi's ResourceMonitor and Engine to one run of a program, on a free loopback port. */
export async function startMonitor(ports: MonitorPorts): Promise<RunningMonitor> {
  const { port, stop } = await serveGrpc([
    [ResourceMonitorService, monitorService(ports)],
    [EngineService, engineService(ports)],
  ]);
  return { address: `127.0.0.1:${port}`, stop };
}
