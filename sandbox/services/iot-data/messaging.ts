import type { Broker } from "../../mqtt/broker";

/** What the data plane needs of the broker. */
export type Messaging = Pick<Broker, "publish" | "disconnect" | "retained">;
