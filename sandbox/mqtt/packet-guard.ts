/**
 * Most bytes that a packet may announce behind its fixed header: a message of the largest payload with
 * the longest topic, and room for a will. (AWS gives no number for MQTT 3.1.1 packets: assumed.)
 */
const MAX_PACKET_BYTES = 146 * 1024;

/** Bits that a byte of the remaining length carries. [MQTT-2.2.3] */
const LENGTH_BITS = 7;
const MORE_BYTES_FOLLOW = 0x80;

/**
 * Follows the packets of one connection by their fixed headers, so that a client that announces a packet
 * of up to 256 MB is cut off before the parser begins to collect it.
 */
export class PacketGuard {
  #state: "type" | "length" | "body" = "type";
  #length = 0;
  #shift = 0;

  /** Reads on; false when a packet that is too large has been announced. */
  accepts(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length; ) {
      if (this.#state === "body") {
        const taken = Math.min(this.#length, chunk.length - at);
        this.#length -= taken;
        at += taken;
        if (this.#length === 0) this.#state = "type";
      } else if (this.#state === "type") {
        this.#state = "length";
        this.#length = 0;
        this.#shift = 0;
        at += 1;
      } else {
        this.#readLength(chunk[at] ?? 0);
        if (this.#length > MAX_PACKET_BYTES) return false;
        at += 1;
      }
    }
    return true;
  }

  #readLength(byte: number): void {
    this.#length += (byte & ~MORE_BYTES_FOLLOW) * 2 ** this.#shift;
    this.#shift += LENGTH_BITS;
    if (byte & MORE_BYTES_FOLLOW) return;
    this.#state = this.#length === 0 ? "type" : "body";
  }
}
