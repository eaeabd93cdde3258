import { once } from "node:events";
import { connect } from "node:net";

/** A request as it goes over the wire: no client library may add, drop or normalize a header. */
export interface RawRequest {
  readonly method?: string;
  readonly target?: string;
  readonly version?: "1.0" | "1.1";
  /** Header lines in order; a name may come twice. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
}

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Writes bytes to a loopback port and reads until the other side closes. */
export async function exchange(port: number, bytes: Uint8Array | string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => undefined);
  socket.write(bytes);
  await once(socket, "close");
  return Buffer.concat(chunks).toString("utf8");
}

/** A request's bytes. */
export function bytesOf({ method = "GET", target = "/", version = "1.1", headers, body = "" }: RawRequest) {
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const length = body.length > 0 ? [`Content-Length: ${Buffer.byteLength(body)}`] : [];
  const head = [...lines, ...length, "Connection: close", "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

/** Sends a request on a connection of its own. */
export async function send(port: number, request: RawRequest): Promise<RawAnswer> {
  const text = await exchange(port, bytesOf(request));
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: rest.join("\r\n\r\n"),
  };
}

type Way = (port: number, target: string, body: string) => RawRequest;

const host = (port: number) => ["Host", `127.0.0.1:${port}`] as const;
const metadata = (site: string, mode: string, dest: string) =>
  [
    ["Sec-Fetch-Site", site],
    ["Sec-Fetch-Mode", mode],
    ["Sec-Fetch-Dest", dest],
  ] as const;
const EVIL = ["Origin", "https://evil.example"] as const;
const TEXT = ["Content-Type", "text/plain;charset=UTF-8"] as const;

const post = (...headers: (readonly [string, string])[]): Way => {
  return (port, target, body) => ({ method: "POST", target, headers: [host(port), TEXT, ...headers], body });
};

/**
 * What browsers send when a page reaches for loopback, by how the page does it.
 *
 * Source: WHATWG Fetch, "Origin header" and "CORS-safelisted request-header"; W3C Fetch Metadata Request Headers,
 * "The Sec-Fetch-Site HTTP Request Header".
 */
export const WAYS_OF_A_PAGE: readonly (readonly [string, Way])[] = [
  ["fetch without CORS", post(EVIL, ...metadata("cross-site", "no-cors", "empty"))],
  ["fetch with CORS", post(EVIL, ...metadata("cross-site", "cors", "empty"))],
  ["a browser that sends no Sec-Fetch-Site", post(EVIL)],
  ["a request without an Origin", post(...metadata("cross-site", "no-cors", "empty"))],
  ["a sandboxed frame or a file", post(["Origin", "null"], ...metadata("cross-site", "cors", "empty"))],
  ["a file in an old browser", post(["Origin", "file://"])],
  ["an extension", post(["Origin", "chrome-extension://abc"])],
  [
    "a page on another port of this machine",
    post(["Origin", "http://127.0.0.1:1"], ...metadata("same-site", "cors", "empty")),
  ],
  ["another port, without Sec-Fetch-Site", post(["Origin", "http://127.0.0.1"])],
  [
    "another name of this machine",
    (port, target, body) => post(["Origin", `http://localhost:${port}`])(port, target, body),
  ],
  [
    "the same address by https",
    (port, target, body) => post(["Origin", `https://127.0.0.1:${port}`])(port, target, body),
  ],
  [
    "a form",
    (port, target, body) => ({
      method: "POST",
      target,
      headers: [
        host(port),
        ["Content-Type", "application/x-www-form-urlencoded"],
        EVIL,
        ...metadata("cross-site", "navigate", "document"),
      ],
      body,
    }),
  ],
  [
    "a link",
    (port, target) => ({ target, headers: [host(port), ...metadata("cross-site", "navigate", "document")] }),
  ],
  [
    "an image",
    (port, target) => ({ target, headers: [host(port), ...metadata("cross-site", "no-cors", "image")] }),
  ],
  [
    "a preflight",
    (port, target) => ({
      method: "OPTIONS",
      target,
      headers: [
        host(port),
        EVIL,
        ["Access-Control-Request-Method", "POST"],
        ["Access-Control-Request-Headers", "authorization,x-amz-target"],
        ["Access-Control-Request-Private-Network", "true"],
        ...metadata("cross-site", "cors", "empty"),
      ],
    }),
  ],
  [
    "a WebSocket",
    (port, target) => ({
      target,
      headers: [
        host(port),
        ["Upgrade", "websocket"],
        ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
        ["Sec-WebSocket-Version", "13"],
        EVIL,
      ],
    }),
  ],
  [
    "a name of its own for this machine (DNS rebinding)",
    (port, target, body) => ({
      method: "POST",
      target,
      headers: [
        ["Host", `evil.example:${port}`],
        ["Origin", `http://evil.example:${port}`],
        TEXT,
        ...metadata("same-origin", "cors", "empty"),
      ],
      body,
    }),
  ],
  ["such a name, by a GET", (port, target) => ({ target, headers: [["Host", `evil.example:${port}`]] })],
];
