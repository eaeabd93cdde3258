import { once } from "node:events";
import { connect } from "node:net";
import type { WireRequest, WireResponse } from "../../../sandbox/wire/exchange";
import { type RunningHttpServer, startHttpServer } from "../../../sandbox/wire/http-server";

const NOW = new Date("2030-01-02T03:04:05Z");

let server: RunningHttpServer;
let seen: WireRequest[];
let respond: (request: WireRequest) => Promise<WireResponse>;

const ok = (body = "fine"): WireResponse => ({ status: 200, headers: { "x-own": "1" }, body });

beforeEach(async () => {
  seen = [];
  respond = async () => ok();
  server = await startHttpServer(0, {
    now: () => NOW,
    handle: (request) => {
      seen.push(request);
      return respond(request);
    },
  });
});
afterEach(() => server.stop());

const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;

/** Writes bytes on a connection of its own and reads until the other side closes. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(server.port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    answer += chunk;
  });
  socket.on("error", () => undefined);
  socket.write(bytes);
  await once(socket, "close");
  return answer;
}

describe("the HTTP server", () => {
  it("hands on method, path as it was sent, query, headers and body", async () => {
    await fetch(url("/things/a%2Fb?x=1%202&x=3"), {
      method: "POST",
      headers: { "X-Amz-Target": "A.B" },
      body: "body",
    });
    const [request] = seen;
    expect(request).toMatchObject({ method: "POST", path: "/things/a%2Fb" });
    expect(request?.query.getAll("x")).toEqual(["1 2", "3"]);
    expect(request?.headers["x-amz-target"]).toBe("A.B");
    expect(request?.body.toString()).toBe("body");
  });

  it("never ends an idle connection by itself, as the next request may be on its way on it", async () => {
    const response = await fetch(url("/"));
    await response.text();
    // Node's servers tell here after how many seconds they do: 5 unless they are told otherwise.
    expect(response.headers.get("keep-alive")).toBeNull();
  });

  it("answers what it is given, dated by the virtual clock", async () => {
    const response = await fetch(url("/"));
    expect(response.headers.get("date")).toBe("Wed, 02 Jan 2030 03:04:05 GMT");
    expect(response.headers.get("x-own")).toBe("1");
    expect(await response.text()).toBe("fine");
  });

  it("answers bytes that are not HTTP with 400, dated too, and goes on", async () => {
    const answer = await raw("this is not HTTP\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain("date: Wed, 02 Jan 2030 03:04:05 GMT\r\n");
    expect(answer).toContain("x-amzn-errortype: BadRequestException");
    expect(await (await fetch(url("/"))).text()).toBe("fine");
  });

  it("needs no Host header", async () => {
    const answer = await raw("GET / HTTP/1.1\r\nconnection: close\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain("date: Wed, 02 Jan 2030 03:04:05 GMT\r\n");
  });

  it("answers headers that are too long with 400 and goes on", async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-long: ${"a".repeat(100_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect((await fetch(url("/"))).status).toBe(200);
  });

  it("answers a body that is too large with 413 without handling it, and goes on", async () => {
    const limit = 80 * 1024 * 1024;
    const response = await fetch(url("/"), { method: "POST", body: Buffer.alloc(limit * 1.25) });
    expect(response.status).toBe(413);
    expect(response.headers.get("x-amzn-errortype")).toBe("RequestEntityTooLargeException");
    expect(await response.json()).toEqual({ message: `The request body is larger than ${limit} bytes.` });
    expect(seen).toEqual([]);
    expect((await fetch(url("/"))).status).toBe(200);
  });

  it("is not stopped by a peer that breaks off in the middle of its request", async () => {
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\nhalf");
    socket.destroy();
    await once(socket, "close");
    expect((await fetch(url("/"))).status).toBe(200);
    expect(seen).toHaveLength(1);
  });

  it("is not stopped by a peer that breaks off before its answer", async () => {
    let finish = () => undefined as undefined;
    const waiting = new Promise<void>((resolve) => {
      respond = () => {
        resolve();
        return new Promise((answer) => {
          finish = () => void answer(ok("x".repeat(1_000_000))) as undefined;
        });
      };
    });
    const socket = connect(server.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    await waiting;
    socket.destroy();
    await once(socket, "close");
    finish();
    respond = async () => ok();
    expect((await fetch(url("/"))).status).toBe(200);
  });

  it("cuts the connection when handling fails, and goes on", async () => {
    respond = () => Promise.reject(new Error("broken"));
    await expect(fetch(url("/"))).rejects.toThrow();
    respond = async () => ok();
    expect((await fetch(url("/"))).status).toBe(200);
  });

  it("answers 500 instead of a header that HTTP cannot carry", async () => {
    respond = async () => ({ status: 200, headers: { "x-own": "line\nbreak" }, body: "secret" });
    const response = await fetch(url("/"));
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: "The answer cannot be written as HTTP." });
  });

  it("rejects when its port is taken", async () => {
    await expect(startHttpServer(server.port, { now: () => NOW, handle: respond })).rejects.toThrow(
      "EADDRINUSE",
    );
  });
});
