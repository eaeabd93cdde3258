import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A front of the sandbox that knows a second account. */
export interface TwoAccounts {
  readonly endpoint: string;
  /** Access key of the account that is not the sandbox's. */
  readonly foreignKey: string;
  /** Requests with that key, beside who it is. */
  readonly foreignRequests: string[];
  readonly stop: () => void;
}

const FOREIGN_KEY = "AKIAFOREIGN";
const FOREIGN_ACCOUNT = "999999999999";

const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::${FOREIGN_ACCOUNT}:root</Arn><UserId>${FOREIGN_ACCOUNT}</UserId>
<Account>${FOREIGN_ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

async function bodyOf(request: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Hands every request on to the sandbox, but for those that are signed with another account's key. */
export async function startTwoAccounts(sandbox: () => string): Promise<TwoAccounts> {
  const foreignRequests: string[] = [];
  // As the sandbox does: an idle connection is the client's to end.
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const body = await bodyOf(request);
    if (request.headers.authorization?.includes(FOREIGN_KEY)) {
      if (!body.includes("GetCallerIdentity")) foreignRequests.push(`${request.method} ${request.url}`);
      response.setHeader("content-type", "text/xml").end(identity);
      return;
    }
    const { host: _host, connection: _connection, "content-length": _length, ...headers } = request.headers;
    const answer = await fetch(`${sandbox()}${request.url}`, {
      method: request.method ?? "GET",
      headers: headers as Record<string, string>,
      ...(body.length > 0 && { body }),
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    foreignKey: FOREIGN_KEY,
    foreignRequests,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
