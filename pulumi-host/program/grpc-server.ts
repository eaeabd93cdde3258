import * as grpc from "@grpc/grpc-js";

/** A gRPC server on loopback. */
export interface RunningServer {
  /** Its port. */
  readonly port: number;
  readonly stop: () => void;
}

/** Serves services, each with its calls, on a free loopback port. */
export async function serveGrpc(
  services: readonly (readonly [grpc.ServiceDefinition, grpc.UntypedServiceImplementation])[],
): Promise<RunningServer> {
  // A function's code is an input: no bound below the engine's own (400 MB) on messages.
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  for (const [service, calls] of services) server.addService(service, calls);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, stop: () => server.forceShutdown() };
}

/** Answers a call with what `make` returns; `failed` is told of a failure, and may answer instead. */
export function answering<Request, Response>(
  failed: (error: unknown, callback: grpc.sendUnaryData<Response>) => void,
  make: (request: Request) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => make(call.request))
      .then(
        (response) => callback(null, response),
        (error) => failed(error, callback),
      );
  };
}
