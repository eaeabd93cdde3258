import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A front of the sandbox, which answers some requests itself. */
export interface Front {
  /** Puts it before a sandbox, and answers the address to use instead. */
  readonly before: (sandbox: { readonly endpoint: string }) => string;
  readonly stop: () => void;
}

/** Answers a request itself; false when it is the sandbox's, which gets it no sooner than that is known. */
type Intercept = (
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
) => boolean | Promise<boolean>;

async function bodyOf(request: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Hands every request on to the sandbox, but for those that are intercepted. */
export async function startFront(intercept: Intercept): Promise<Front> {
  let behind = "";
  // As the sandbox does: an idle connection is the client's to end.
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const body = await bodyOf(request);
    if (await intercept(request, response, body)) return;
    const { host: _host, connection: _connection, "content-length": _length, ...headers } = request.headers;
    const answer = await fetch(`${behind}${request.url}`, {
      method: request.method ?? "GET",
      headers: headers as Record<string, string>,
      ...(body.length > 0 && { body }),
    });
    response.writeHead(answer.status, Object.fromEntries(passedOn(answer.headers)));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    before: ({ endpoint }) => {
      behind = endpoint;
      return `http://127.0.0.1:${port}`;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What of an answer's headers an SDK reads: an error's name stands there in some protocols. */
function passedOn(headers: Headers): (readonly [string, string])[] {
  return [...headers].filter(([name]) => name === "content-type" || name.startsWith("x-amz"));
}

/** A front of the sandbox that knows a second account. */
export interface TwoAccounts extends Front {
  /** Access key of the account that is not the sandbox's. */
  readonly foreignKey: string;
  /** Requests with that key, beside who it is. */
  readonly foreignRequests: string[];
}

const FOREIGN_KEY = "AKIAFOREIGN";
const FOREIGN_ACCOUNT = "999999999999";

const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::${FOREIGN_ACCOUNT}:root</Arn><UserId>${FOREIGN_ACCOUNT}</UserId>
<Account>${FOREIGN_ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** Tells those that sign with another account's key that they are of that one. */
export async function startTwoAccounts(): Promise<TwoAccounts> {
  const foreignRequests: string[] = [];
  const front = await startFront((request, response, body) => {
    if (!request.headers.authorization?.includes(FOREIGN_KEY)) return false;
    if (!body.includes("GetCallerIdentity")) foreignRequests.push(`${request.method} ${request.url}`);
    response.setHeader("content-type", "text/xml").end(identity);
    return true;
  });
  return { ...front, foreignKey: FOREIGN_KEY, foreignRequests };
}
