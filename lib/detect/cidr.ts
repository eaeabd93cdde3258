import { isIP } from "node:net";

/** A block of addresses: all that share its first `prefix` bits. */
export interface Block {
  /** Version of the protocol. */
  readonly version: 4 | 6;
  /** The address as a number. */
  readonly address: bigint;
  /** Bits that count, 0 to 32 or 128. */
  readonly prefix: number;
}

const MAPPED_IPV4 = 0xffffn;

function ipv4(text: string): bigint {
  return text.split(".").reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
}

/** Reads the groups on one side of `::`; a dotted tail is two groups. */
function groups(text: string): bigint[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [BigInt(`0x${group}`)];
    const tail = ipv4(group);
    return [tail >> 16n, tail & 0xffffn];
  });
}

function ipv6(text: string): bigint {
  const [head = "", tail = ""] = text.split("::");
  const front = groups(head);
  const back = groups(tail);
  const middle = Array.from({ length: 8 - front.length - back.length }, () => 0n);
  return [...front, ...middle, ...back].reduce((sum, group) => sum * 65536n + group, 0n);
}

/**
 * Reads an address (`10.1.2.3`) or a CIDR (`10.0.0.0/8`), IPv4 or IPv6.
 *
 * An IPv4 address that is written as IPv6 (`::ffff:10.1.2.3`) is the IPv4 address, so that no device escapes a
 * set by the way in which its address was printed.
 *
 * @returns The block, or `undefined` if the text is neither.
 */
export function parseBlock(text: string): Block | undefined {
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  const suffix = slash < 0 ? undefined : text.slice(slash + 1);
  const version = address.includes("%") ? 0 : isIP(address);
  if (version !== 4 && version !== 6) return undefined;
  const bits = version === 4 ? 32 : 128;
  if (suffix !== undefined && !(/^(0|[1-9]\d{0,2})$/.test(suffix) && Number(suffix) <= bits)) {
    return undefined;
  }
  const prefix = suffix === undefined ? bits : Number(suffix);
  if (version === 4) return { version, address: ipv4(address), prefix };
  const number = ipv6(address);
  return number >> 32n === MAPPED_IPV4 && prefix >= 96
    ? { version: 4, address: number & 0xffffffffn, prefix: prefix - 96 }
    : { version, address: number, prefix };
}

function sameBits(a: Block, b: Block, prefix: number): boolean {
  const shift = BigInt((a.version === 4 ? 32 : 128) - prefix);
  return a.version === b.version && a.address >> shift === b.address >> shift;
}

/** Tells whether every address of `inner` is in `outer`. */
export function contains(outer: Block, inner: Block): boolean {
  return outer.prefix <= inner.prefix && sameBits(outer, inner, outer.prefix);
}

/** Tells whether the two have an address in common. */
export function overlaps(a: Block, b: Block): boolean {
  return sameBits(a, b, Math.min(a.prefix, b.prefix));
}
