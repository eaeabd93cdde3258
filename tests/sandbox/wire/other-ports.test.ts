import type { RunningServer } from "../../../pulumi-host/program/grpc-server";
import { type RunningMonitor, startMonitor } from "../../../pulumi-host/program/monitor";
import { serveProvider } from "../../../pulumi-host/provider/serve";
import { connectPacket, Fleet } from "../mqtt/support/fleet";
import { bytesOf, exchange, WAYS_OF_A_PAGE } from "./browser";

// A page can send bytes to every port of this machine, in a request's target and body.

describe("a web page's request to the MQTT port ends the connection and does nothing", () => {
  let fleet: Fleet;
  beforeEach(async () => {
    fleet = new Fleet();
    await fleet.start();
  });
  afterEach(() => fleet.stop());

  const nothingHappened = () => {
    expect(fleet.activity.log).toEqual([]);
    expect(fleet.broker.connectedClients()).toEqual([]);
    expect(fleet.logged).toEqual([]);
  };
  /** A device's whole visit, to be smuggled in. */
  const publish = Buffer.from([0x30, 4, 0, 1, 0x61, 0x78]);
  const visit = Buffer.concat([connectPacket("smuggled"), publish]);

  it.each(WAYS_OF_A_PAGE)("through %s", async (_what, requestOf) => {
    const request = bytesOf(requestOf(fleet.port, "/", "x".repeat(200)));
    expect(await exchange(fleet.port, request)).toBe("");
    nothingHappened();
  });

  it.each([["GET"], ["HEAD"], ["POST"], ["PUT"], ["PATCH"], ["DELETE"], ["OPTIONS"]])(
    "with packets in the body, wherever the parser would look for the next: %s",
    async (method) => {
      const { port } = fleet;
      const paths = Array.from({ length: 128 }, (_, length) => `/${"0".repeat(length)}`);
      const answers = paths.map((target) => {
        const body = Buffer.concat(Array.from({ length: 20 }, () => visit));
        return exchange(port, bytesOf({ method, target, headers: [["Host", `127.0.0.1:${port}`]], body }));
      });
      expect(new Set(await Promise.all(answers))).toEqual(new Set([""]));
      nothingHappened();
    },
  );

  it("with packets in a TLS handshake, which begins like a CONNECT", async () => {
    const hello = Buffer.concat([
      Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]),
      visit,
      Buffer.alloc(500),
    ]);
    expect(await exchange(fleet.port, hello)).toBe("");
    nothingHappened();
  });
});

describe("a web page's request to a gRPC port ends the connection and does nothing", () => {
  const calls: string[] = [];
  const called = (what: string) => (): never => {
    calls.push(what);
    throw new Error(what);
  };
  let monitor: RunningMonitor;
  let provider: RunningServer;
  beforeAll(async () => {
    monitor = await startMonitor({
      register: called("register"),
      registerOutputs: called("registerOutputs"),
      registerHook: called("registerHook"),
      invoke: called("invoke"),
      log: called("log"),
      failed: called("failed"),
    });
    provider = await serveProvider("aws", { endpoint: "http://127.0.0.1:1", env: {} });
  });
  afterAll(() => {
    monitor.stop();
    provider.stop();
  });

  it.each(WAYS_OF_A_PAGE)("through %s", async (_what, requestOf) => {
    const monitorPort = Number(monitor.address.split(":")[1]);
    for (const port of [monitorPort, provider.port]) {
      const request = requestOf(port, "/pulumirpc.ResourceMonitor/Invoke", "\0\0\0\0\0");
      // Frames of HTTP/2 that end the session at most, and no answer that a browser could read.
      expect(await exchange(port, bytesOf(request))).not.toContain("HTTP/1.1 2");
    }
    expect(calls).toEqual([]);
  });
});
