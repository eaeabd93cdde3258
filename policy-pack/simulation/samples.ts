import { matchesWildcard, parseTemplate, resolveTemplate } from "../../lib/policy-language/pattern";

/** Whether a pattern with `*` and `?` covers a string. */
export function covers(pattern: string, text: string): boolean {
  const template = parseTemplate(pattern, { wildcards: "wildcards", variables: "no-variables" });
  return matchesWildcard(resolveTemplate(template, new Map()) ?? [], Array.from(text));
}

/**
 * Concrete strings that a pattern of a policy covers, to try decisions on: wildcards stand for nothing in one and
 * for something unlikely in the other.
 *
 * @param pattern - a string with `*` and `?`.
 */
export function samples(pattern: string): readonly string[] {
  if (!/[*?]/.test(pattern)) return [pattern];
  const filled = (run: string) => pattern.replaceAll("?", "q").replaceAll("*", run);
  return [...new Set([filled("q-7"), filled("")])].filter((text) => text !== "");
}

/** Most contexts that one decision is tried in. */
const MOST_CONTEXTS = 256;

/** What a condition key may be: absent, or one of some values. */
type Candidates = ReadonlyMap<string, readonly (string | undefined)[]>;

function* products(
  keys: readonly (readonly [string, readonly (string | undefined)[]])[],
): Generator<Map<string, readonly string[]>> {
  const [first, ...rest] = keys;
  if (first === undefined) {
    yield new Map();
    return;
  }
  const [key, values] = first;
  for (const others of products(rest)) {
    for (const value of values) yield value === undefined ? others : new Map(others).set(key, [value]);
  }
}

/** Where there are too many combinations: each value of each key once, with the other keys at the same place. */
function* diagonal(
  keys: readonly (readonly [string, readonly (string | undefined)[]])[],
): Generator<Map<string, readonly string[]>> {
  const longest = Math.max(...keys.map(([, values]) => values.length));
  for (let index = 0; index < Math.min(longest, MOST_CONTEXTS); index += 1) {
    const entries = keys.flatMap(([key, values]): [string, readonly string[]][] => {
      const value = values[index % values.length];
      return value === undefined ? [] : [[key, [value]]];
    });
    yield new Map(entries);
  }
}

/** All contexts that values of some condition keys make; beyond {@link MOST_CONTEXTS} a part of them. */
export function contexts(candidates: Candidates): Iterable<ReadonlyMap<string, readonly string[]>> {
  const keys = [...candidates].filter(([, values]) => values.length > 0);
  const size = keys.reduce((product, [, values]) => product * values.length, 1);
  return size <= MOST_CONTEXTS ? products(keys) : diagonal(keys);
}

/** What a condition key may be, going by the values that a policy compares it with. */
export function candidatesFor(values: readonly string[]): readonly (string | undefined)[] {
  const truth = values.some((value) => /^(?:true|false)$/i.test(value)) ? ["true", "false"] : ["q-other"];
  return [...new Set([undefined, ...values.flatMap(samples), ...truth])];
}
