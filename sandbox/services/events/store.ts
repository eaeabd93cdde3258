import { randomUUID } from "node:crypto";
import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { Environment } from "../../environment";

/** An event as the bus's rules would see it. Source: Amazon EventBridge User Guide, "Events", `AWS event structure`. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** Events that are kept for whoever asks what came. */
const KEPT = 10_000;

/** The default bus of EventBridge, with no rules: it keeps what came. */
export class EventsStore {
  readonly env: Environment;
  /** The latest events, in the order in which they came. */
  readonly events: BusEvent[] = [];

  constructor(env: Environment) {
    this.env = env;
  }

  /** Takes an event that was found to be one. @returns its id. */
  add(entry: PutEventsRequestEntry): string {
    const id = randomUUID();
    const time = (entry.Time ?? this.env.clock.date()).toISOString();
    this.events.push({
      version: "0",
      id,
      "detail-type": entry.DetailType ?? "",
      source: entry.Source ?? "",
      account: this.env.account,
      time: time.replace(/\.\d+Z$/, "Z"),
      region: this.env.region,
      resources: entry.Resources ?? [],
      detail: JSON.parse(entry.Detail ?? "{}"),
    });
    if (this.events.length > KEPT) this.events.shift();
    return id;
  }
}
