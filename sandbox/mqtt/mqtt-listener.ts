import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { PacketGuard } from "./packet-guard";
import { withoutProxyHeader } from "./proxy-header";

/** What a listener does with connections. */
export interface MqttListenerOptions {
  /** TCP port on loopback; 0 picks a free one. */
  readonly port: number;
  /** Takes a connection on. */
  readonly serve: (socket: Socket) => void;
  /** Writes one line for a person. */
  readonly log: (line: string) => void;
}

/** A TCP port on which MQTT clients connect. */
export interface MqttListener {
  /** The TCP port. */
  readonly port: number;
  /** Stops listening; resolves when the last connection, which others end, is gone. */
  readonly stop: () => Promise<void>;
}

/** Listens on loopback. @throws Error - when the port is taken. */
export async function startMqttListener({ port, serve, log }: MqttListenerOptions): Promise<MqttListener> {
  const server = createServer({ noDelay: true }, (socket) => {
    guardPackets(socket);
    serve(socket);
  });
  server.listen({ port, host: "127.0.0.1", backlog: 1024 });
  await once(server, "listening");
  server.on("error", (error) => log(`mqtt: ${error.message}`));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** aedes draws what it parses by `read`; here it is looked at first. */
function guardPackets(socket: Socket): void {
  const guard = new PacketGuard();
  const read = socket.read.bind(socket);
  let isFirst = true;
  socket.read = (size?: number) => {
    let chunk: Buffer | null = read(size);
    if (chunk !== null && isFirst) {
      isFirst = false;
      chunk = withoutProxyHeader(socket, chunk);
      if (chunk.length === 0) chunk = read(size);
    }
    if (chunk === null || guard.accepts(chunk)) return chunk;
    socket.destroy(new Error("the packet is too large"));
    return null;
  };
}
