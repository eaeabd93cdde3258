import { VirtualClock } from "../../../sandbox/clock/virtual-clock";
import type { Environment } from "../../../sandbox/environment";
import { startHttpServer } from "../../../sandbox/wire/http-server";
import { Router, type RouterPorts } from "../../../sandbox/wire/router";
import type { Service } from "../../../sandbox/wire/service";

/** Some services on a free loopback port, to be called with real SDK clients. */
export interface Served {
  readonly endpoint: string;
  readonly environment: Environment;
  /** Settings for any SDK client. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  readonly stop: () => Promise<void>;
}

/** Serves what `make` returns for an environment with a paused clock. */
export async function serve(
  make: (environment: Environment) => readonly Service[],
  ports: Partial<RouterPorts> = {},
): Promise<Served> {
  const clock = new VirtualClock(0);
  let router: Router | undefined;
  const server = await startHttpServer(0, {
    now: () => clock.date(),
    handle: (request) => (router ?? new Router([], routerPorts)).handle(request),
  });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const environment: Environment = {
    account: "123456789012",
    region: "us-east-1",
    partition: "aws",
    clock,
    endpoint,
    log: () => undefined,
  };
  const routerPorts: RouterPorts = {
    callerOf: () => ({ kind: "user" }),
    authorize: () => undefined,
    now: () => clock.date(),
    unexpected: (error, where) => {
      throw new Error(`unexpected error in ${where}`, { cause: error });
    },
    ...ports,
  };
  router = new Router(make(environment), routerPorts);
  return {
    endpoint,
    environment,
    client: {
      endpoint,
      region: environment.region,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    },
    stop: async () => {
      clock.stop();
      await server.stop();
    },
  };
}
