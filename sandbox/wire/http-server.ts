import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { WireRequest, WireResponse } from "./exchange";
import { refusalOf } from "./web-page-guard";

/** The largest body that is read, bytes: a Lambda zip of 50 MB in base64, with room. */
const MAX_BODY_BYTES = 80 * 1024 * 1024;

/** What the server needs to answer. */
export interface HttpPorts {
  /** Answers a request; never throws. */
  readonly handle: (request: WireRequest) => Promise<WireResponse>;
  /** Virtual time, for the `Date` header. */
  readonly now: () => Date;
}

/** A listening server. */
export interface RunningHttpServer {
  /** The port that it listens on. */
  readonly port: number;
  /** Stops listening and cuts every connection. */
  readonly stop: () => Promise<void>;
}

class BodyTooLarge extends Error {}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readRequest(message: IncomingMessage): Promise<WireRequest> {
  const target = message.url ?? "/";
  const mark = target.indexOf("?");
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return {
    method: message.method ?? "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await readBody(message),
  };
}

const failure = (status: number, code: string, message: string): WireResponse => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-errortype": code },
  body: JSON.stringify({ message }),
});

async function answer(ports: HttpPorts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  let wire: WireResponse;
  try {
    // A refused body is never handled: Node reads it off the connection and drops it.
    wire = refusalOf(message) ?? (await ports.handle(await readRequest(message)));
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) {
      // The peer broke the connection off while sending: nobody is left to answer.
      response.destroy();
      return;
    }
    const limit = `The request body is larger than ${MAX_BODY_BYTES} bytes.`;
    wire = failure(413, "RequestEntityTooLargeException", limit);
    response.setHeader("connection", "close");
  }
  response.sendDate = false;
  try {
    send(response, wire, ports.now());
  } catch {
    // A header has text that HTTP cannot carry.
    send(response, failure(500, "InternalFailure", "The answer cannot be written as HTTP."), ports.now());
  }
}

function send(response: ServerResponse, wire: WireResponse, now: Date): void {
  response.writeHead(wire.status, { ...wire.headers, date: now.toUTCString() });
  response.end(wire.body);
}

/** Answers bytes that are not HTTP, then closes, as AWS's front does. */
function refuse(socket: Socket, now: Date): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ message: "The request is not valid HTTP." });
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ndate: ${now.toUTCString()}\r\ncontent-type: application/json\r\nx-amzn-errortype: BadRequestException\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Starts an HTTP server on loopback; port 0 picks a free one. */
export async function startHttpServer(port: number, ports: HttpPorts): Promise<RunningHttpServer> {
  const server = createServer(
    // An idle connection is the client's to end: a request that crosses the server's end is lost, and not retried.
    { requireHostHeader: false, keepAliveTimeout: 0 },
    (message, response) => void answer(ports, message, response),
  );
  server.on("clientError", (_error, socket) => refuse(socket as Socket, ports.now()));
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
