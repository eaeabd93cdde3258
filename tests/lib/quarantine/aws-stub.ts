import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request was. */
interface StubRequest {
  /** Method and path with its query, for example `POST /things/a/shadow`. */
  readonly call: string;
  /** The body as text. */
  readonly body: string;
  /** The SDK's user agent. */
  readonly userAgent: string;
}

/**
 * An answer of the stub: 200 with an empty object or a given one; 200 with headers and a body that never ends; none
 * at all; or an error as AWS's REST-JSON services send it.
 */
type StubAnswer =
  | "ok"
  | "endless"
  | { readonly json: unknown }
  | { readonly text: string }
  | "none"
  | { readonly status: number; readonly type: string; readonly message?: string };

/** A loopback HTTP server that answers as told and notes what it was asked. */
export interface AwsStub {
  readonly endpoint: string;
  readonly requests: readonly StubRequest[];
  /** For each answer that never ends: settled once its connection is closed. */
  readonly hungUp: readonly Promise<unknown>[];
  /** Gives the answer to each request, by its call. */
  answer: (call: string) => StubAnswer;
  /** Forgets the requests and answers `ok` again. */
  reset(): void;
  close(): Promise<void>;
}

/** The body of an answer of success. */
function bodyOf(answer: StubAnswer): string | undefined {
  if (answer === "ok") return "{}";
  if (typeof answer !== "object") return undefined;
  if ("text" in answer) return answer.text;
  return "json" in answer ? JSON.stringify(answer.json) : undefined;
}

/** Starts a stub on a free port. */
export async function startAwsStub(): Promise<AwsStub> {
  const requests: StubRequest[] = [];
  const hungUp: Promise<unknown>[] = [];
  const ok = (): StubAnswer => "ok";
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = `${request.method} ${request.url}`;
    requests.push({
      call,
      body: Buffer.concat(chunks).toString(),
      userAgent: request.headers["user-agent"] ?? "",
    });
    const answer = stub.answer(call);
    if (answer === "none") return;
    if (answer === "endless") {
      hungUp.push(once(response, "close"));
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" }).write("{");
      return;
    }
    const body = bodyOf(answer);
    if (body !== undefined) {
      response.writeHead(200, { "content-type": "application/json" }).end(body);
      return;
    }
    const { status, type, message = "" } = answer as Extract<StubAnswer, { readonly type: string }>;
    const headers = { "x-amzn-errortype": type, "x-amzn-requestid": "req-1" };
    response.writeHead(status, headers).end(JSON.stringify({ message }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stub: AwsStub = {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    hungUp,
    answer: ok,
    reset() {
      requests.length = 0;
      hungUp.length = 0;
      stub.answer = ok;
    },
    close: () => closeServer(server),
  };
  return stub;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
