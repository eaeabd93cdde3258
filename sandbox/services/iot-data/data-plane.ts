import type { Broker } from "../../mqtt/broker";
import type { ShadowStore } from "./shadow-store";

/** What the data plane acts upon: shadows, and what it needs of the broker. */
export interface DataPlane {
  readonly shadows: ShadowStore;
  readonly messaging: Pick<Broker, "publish" | "disconnect" | "connection" | "retained">;
}
