import type { Behavior, MetricValue } from "../../lib/detect/behavior";
import { parseBlock } from "../../lib/detect/cidr";
import { amountOf } from "../../lib/detect/compare";
import { amountValue, rulesOf } from "./reading";

/** Addresses that are nobody's, and the machine's own. Source: RFC 5737, RFC 3849 and RFC 1122, 3.2.1.3. */
const USUAL = ["127.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"];

/** The first host of a block: an IPv4 network's own address is none that a socket takes. */
function hostOf(cidr: string): string {
  const block = parseBlock(cidr);
  if (block?.version !== 4 || block.prefix === 32) return cidr.split("/")[0] ?? cidr;
  const host = block.address + 1n;
  return [24n, 16n, 8n, 0n].map((shift) => (host >> shift) & 255n).join(".");
}

/** Far enough beyond a bound to be seen, and few enough to be played. */
const margin = (bound: number) => Math.max(1, Math.min(20, 2 * Math.abs(bound)));

function amounts(behavior: Behavior, bound: number): readonly MetricValue[] {
  const near = [bound + margin(bound), bound - margin(bound), 0, bound + 1, bound - 1, bound];
  const isPossible = (amount: number) =>
    rulesOf(behavior).valueKey === "number" || (amount >= 0 && Number.isInteger(amount));
  return near.filter(isPossible).map((amount) => amountValue(behavior, amount));
}

/** A number that a list does not hold. */
const numberOutside = (held: readonly number[], from: number): number =>
  Array.from({ length: held.length + 1 }, (_, index) => from + index).find((each) => !held.includes(each)) ??
  from;

/** Datapoints around what a behavior with a value calls normal, on both sides where there are two. */
export function candidates(behavior: Behavior): readonly MetricValue[] {
  const { value } = behavior.criteria ?? {};
  if (value === undefined) return [];
  const bound = amountOf(value);
  if (bound !== undefined) return amounts(behavior, bound);
  if ("cidrs" in value)
    return [...value.cidrs.map(hostOf), ...USUAL].map((address) => ({ cidrs: [address] }));
  if ("ports" in value) {
    return [...value.ports.slice(0, 1), numberOutside(value.ports, 4444)].map((port) => ({ ports: [port] }));
  }
  if ("numbers" in value) {
    return [...value.numbers.slice(0, 1), numberOutside(value.numbers, 4444)].map((n) => ({ numbers: [n] }));
  }
  const strings = "strings" in value ? value.strings : [];
  const outside = strings.includes("rehearsal") ? `rehearsal-${strings.join("-").length}` : "rehearsal";
  return [...strings.slice(0, 1), outside].map((text) => ({ strings: [text] }));
}
