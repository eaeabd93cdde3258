import type { AuthenticateError } from "aedes";

/** Return codes of a CONNACK that refuses. Source: MQTT 3.1.1, section 3.2.2.3. */
export const IDENTIFIER_REJECTED = 2;
export const SERVER_UNAVAILABLE = 3;
export const NOT_AUTHORIZED = 5;

/** A refusal of something that the client is not allowed to do, as against something that nobody may. */
export class Unauthorized extends Error {
  /** Topic, or topic filter. */
  readonly topic: string;

  constructor(operation: "publish" | "subscribe", topic: string) {
    super(`not authorized to ${operation} to ${topic}`);
    this.topic = topic;
  }
}

/** A refusal of a connection. */
export const refusal = (returnCode: number, message: string) =>
  Object.assign(new Error(message), { returnCode }) as AuthenticateError;
