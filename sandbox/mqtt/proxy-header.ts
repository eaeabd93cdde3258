import type { Socket } from "node:net";

/** Longest line of the protocol, with its CRLF. Source: "The PROXY protocol", section 2.1. */
const MAX_BYTES = 107;
const LINE = /^PROXY TCP[46] ([0-9a-fA-F.:]{2,45}) \S+ \d+ \d+\r\n/;

/**
 * Takes the first line of a connection that says, in the PROXY protocol's version 1, whose it is: so a device of this
 * machine can come from any address. An MQTT connection begins with another byte.
 *
 * Source: "The PROXY protocol", section 2.1: the line is sent at once, and before anything else.
 *
 * @returns what comes after it; the chunk itself without such a line.
 */
export function withoutProxyHeader(socket: Socket, chunk: Buffer): Buffer {
  const [line, address] = LINE.exec(chunk.subarray(0, MAX_BYTES).toString("latin1")) ?? [];
  if (line === undefined) return chunk;
  Object.defineProperty(socket, "remoteAddress", { value: address });
  return chunk.subarray(line.length);
}

/** The line with which a connection comes from an address. */
export function proxyHeader(address: string): string {
  const [family, here] = address.includes(":") ? ["TCP6", "::1"] : ["TCP4", "127.0.0.1"];
  return `PROXY ${family} ${address} ${here} 1883 1883\r\n`;
}
