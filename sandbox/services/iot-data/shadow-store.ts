import type { VirtualClock } from "../../clock/virtual-clock";
import { type ShadowRequestTopic, shadowRequestOf } from "../../mqtt/reserved-topics";
import type { JsonObject } from "./json";
import { applyUpdate, type ShadowDocument } from "./shadow-document";
import { ShadowError } from "./shadow-error";
import {
  acceptedUpdate,
  deletedShadow,
  deltaMessage,
  documentsMessage,
  rejection,
  wholeShadow,
} from "./shadow-messages";
import { readClientToken, readUpdate } from "./shadow-request";

/** How long the version number of a deleted shadow goes on. Source: AWS IoT Core Developer Guide, "Interacting with shadows", `DELETE`. */
const VERSION_KEPT_MS = 48 * 60 * 60 * 1000;

/** Which shadow: without a name, the thing's classic one. */
export type ShadowId = Pick<ShadowRequestTopic, "thingName" | "shadowName">;

interface Deleted {
  readonly version: number;
  /** Virtual time, epoch milliseconds. */
  readonly at: number;
}

const keyOf = ({ thingName, shadowName = "" }: ShadowId) => `${thingName}/${shadowName}`;

const topicOf = ({ thingName, shadowName }: ShadowId) =>
  `$aws/things/${thingName}/shadow${shadowName === undefined ? "" : `/name/${shadowName}`}`;

const utf8 = (body: JsonObject) => new TextEncoder().encode(JSON.stringify(body));

/**
 * The Device Shadow service: classic and named shadows of any valid thing name, registered or not, asked
 * over HTTPS or MQTT. Whoever asks, `/update/accepted`, `/update/delta`, `/update/documents` and
 * `/delete/accepted` are published (for requests over HTTPS, AWS names only the delta: the others are
 * assumed); `/get/...` and `/rejected` answer only those who asked over MQTT.
 *
 * Source: AWS IoT Core Developer Guide, "Interacting with shadows", "Device Shadow MQTT topics".
 */
export class ShadowStore {
  readonly #clock: VirtualClock;
  readonly #publish: (topic: string, payload: Uint8Array) => void;
  readonly #documents = new Map<string, ShadowDocument>();
  readonly #deleted = new Map<string, Deleted>();

  /** @param publish - Publishes a message to subscribers. */
  constructor(clock: VirtualClock, publish: (topic: string, payload: Uint8Array) => void) {
    this.#clock = clock;
    this.#publish = publish;
  }

  /** The whole shadow as JSON. @throws ShadowError - 404. */
  get(id: ShadowId, clientToken?: string): Uint8Array {
    return utf8(wholeShadow(this.#existing(id, clientToken), this.#seconds(), clientToken));
  }

  /** Applies an update and answers what it set, as JSON. @throws ShadowError - 400, 409, 413 or 415. */
  update(id: ShadowId, payload: Uint8Array): Uint8Array {
    const update = readUpdate(payload);
    const seconds = this.#seconds();
    const previous = this.#documents.get(keyOf(id));
    const current = applyUpdate(previous ?? this.#unborn(id), update, seconds);
    this.#documents.set(keyOf(id), current);
    this.#deleted.delete(keyOf(id));
    const accepted = utf8(acceptedUpdate(update, current.version, seconds));
    const delta = deltaMessage(current, seconds, update.clientToken);
    const topic = `${topicOf(id)}/update`;
    this.#publish(`${topic}/accepted`, accepted);
    if (delta) this.#publish(`${topic}/delta`, utf8(delta));
    const documents = documentsMessage(previous, current, seconds, update.clientToken);
    this.#publish(`${topic}/documents`, utf8(documents));
    return accepted;
  }

  /** Deletes a shadow and answers its version, as JSON. @throws ShadowError - 404. */
  delete(id: ShadowId, clientToken?: string): Uint8Array {
    const { version } = this.#existing(id, clientToken);
    this.#documents.delete(keyOf(id));
    this.#deleted.set(keyOf(id), { version, at: this.#clock.now() });
    const answer = utf8(deletedShadow(version, this.#seconds(), clientToken));
    this.#publish(`${topicOf(id)}/delete/accepted`, answer);
    return answer;
  }

  /** Names of a thing's named shadows, sorted. */
  namesOf(thingName: string): string[] {
    const prefix = keyOf({ thingName });
    const names = [...this.#documents.keys()].filter((key) => key.startsWith(prefix) && key !== prefix);
    return names.map((key) => key.slice(prefix.length)).sort();
  }

  /** Does what a message on a reserved topic asks for and publishes the answer; ignores other topics. */
  handle(topic: string, payload: Uint8Array): void {
    const request = shadowRequestOf(topic);
    if (!request) return;
    try {
      if (request.operation === "update") this.update(request, payload);
      else if (request.operation === "delete") this.delete(request, readClientToken(payload));
      else this.#publish(`${topic}/accepted`, this.get(request, readClientToken(payload)));
    } catch (error) {
      if (!(error instanceof ShadowError)) throw error;
      this.#publish(`${topic}/rejected`, utf8(rejection(error, this.#seconds())));
    }
  }

  #existing(id: ShadowId, clientToken: string | undefined): ShadowDocument {
    const document = this.#documents.get(keyOf(id));
    if (document) return document;
    const { thingName, shadowName } = id;
    // How a named shadow is written here is assumed.
    const name = shadowName === undefined ? thingName : `${thingName}~${shadowName}`;
    throw new ShadowError(404, `No shadow exists with name: '${name}'`, clientToken);
  }

  /** What an update starts from where there is no shadow: nothing, at the version of a recently deleted one. */
  #unborn(id: ShadowId): ShadowDocument {
    const deleted = this.#deleted.get(keyOf(id));
    const isRecent = deleted !== undefined && this.#clock.now() - deleted.at <= VERSION_KEPT_MS;
    return { sections: {}, version: isRecent ? deleted.version : 0 };
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}
