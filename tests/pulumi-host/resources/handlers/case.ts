import type { Clients } from "../../../../pulumi-host/resources/clients";
import type { Properties } from "../../../../pulumi-host/resources/property-values";

/** One type of resource: how it is made, changed, and seen by an SDK client. */
export interface HandlerCase {
  readonly type: string;
  readonly inputs: Properties;
  /** No more inputs than AWS needs. */
  readonly least: Properties;
  /** Inputs that AWS cannot change, by the providers' own schemas: another value replaces the resource. */
  readonly replacing: readonly string[];
  /** Inputs that change in place; absent where none can. */
  readonly change?: Properties;
  /** What an SDK client sees, in words of the case; throws or answers nothing when the resource is gone. */
  readonly seen: (clients: Clients, id: string) => Promise<unknown>;
  readonly before: unknown;
  readonly after?: unknown;
  /** Inputs that AWS cannot change; a key has none, and is replaced on demand. */
  readonly replacement: Properties;
  /** What an SDK client sees of the replacement, made with them over the first inputs. */
  readonly replaced: unknown;
}

const BUCKET = "4dabf18193072939515e22adb298388d";

/** An archive of one file, as the engine hands it over. */
export const code = (text: string) => ({
  [BUCKET]: "0def7320c3a5731c473e5ecbe6d01bc7",
  assets: { "index.js": { [BUCKET]: "c44067f5952c0a294b673a41bacd8c17", text } },
});

/** A policy that lets somebody do something. */
export const allow = (statement: Properties) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
