import type { Broker } from "../../mqtt/broker";
import type { Shadows } from "./shadows";

/** What the data plane acts upon: shadows, and what it needs of the broker. */
export interface DataPlane {
  readonly shadows: Shadows;
  readonly messaging: Pick<Broker, "publish" | "disconnect" | "retained">;
}
