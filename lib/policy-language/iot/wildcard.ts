/** Stands in a pattern for any run of characters, the empty one included: the policy wildcard `*`. */
export const ANY_RUN: unique symbol = Symbol("*");

/** Stands in a pattern for exactly one character (a Unicode code point): the policy wildcard `?`. */
export const ANY_CHARACTER: unique symbol = Symbol("?");

/** One position of a pattern: a wildcard, or a character (code point) that stands for itself alone. */
export type PatternSymbol = string | typeof ANY_RUN | typeof ANY_CHARACTER;

/**
 * Whether a pattern covers a whole value.
 *
 * A wildcard crosses every character, `/` and `:` included; `+` and `#` are characters like any other.
 * The matcher goes back to the last `*` only, so its cost is at most the product of the two lengths: a
 * policy such as `*a*a*a*...` cannot stall a broker, as the same pattern made into a regular expression can.
 *
 * Source: AWS IoT Core Developer Guide, "Publish/Subscribe policy examples", section "Using wildcard
 * characters in MQTT and AWS IoT Core policies"; for the colon, IAM User Guide, "IAM JSON policy elements:
 * Resource", section "Using wildcards in resource ARNs" (that page lets only a `*` that ends an ARN segment
 * cross a colon; here every one does, docs/aws-facts.md).
 *
 * @param pattern wildcards and characters, in order
 * @param characters the value, split into code points
 */
export function matchesWildcard(pattern: readonly PatternSymbol[], characters: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  let lastRun = -1;
  let runEnd = 0;
  while (at < characters.length) {
    const symbol = pattern[next];
    if (symbol === ANY_RUN) {
      lastRun = next;
      runEnd = at;
      next += 1;
    } else if (symbol === ANY_CHARACTER || (symbol !== undefined && symbol === characters[at])) {
      next += 1;
      at += 1;
    } else if (lastRun >= 0) {
      // Only the last `*` need give up one more character: an earlier one could gain nothing by it.
      next = lastRun + 1;
      runEnd += 1;
      at = runEnd;
    } else {
      return false;
    }
  }
  while (pattern[next] === ANY_RUN) next += 1;
  return next === pattern.length;
}
