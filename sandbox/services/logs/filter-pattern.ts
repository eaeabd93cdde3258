import { invalidParameter } from "./errors";

const TERM = /^(?<sign>[-?]?)(?:"(?<phrase>(?:[^"\\]|\\.)*)"|(?<word>[^\s"]+))/;

/** Whether a message passes. */
export type MessageFilter = (message: string) => boolean;

/**
 * Reads a filter pattern of terms: all of them must occur, of those with `?` one, those with `-` must not;
 * a term in quotation marks may have spaces. Terms are found anywhere in the text (AWS looks for words).
 *
 * Source: Amazon CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription
 * filters, filter log events, and Live Tail", section "Using filter patterns to match terms in
 * unstructured log events".
 *
 * @throws AwsError InvalidParameterException 400 for patterns of JSON, of columns and of regular
 * expressions, which the sandbox does not know.
 */
export function parseFilterPattern(pattern: string): MessageFilter {
  const trimmed = pattern.trim();
  if (/^(?:[{[%])/.test(trimmed)) {
    throw invalidParameter(`The sandbox knows filter patterns of terms only, not ${trimmed.slice(0, 100)}`);
  }
  const terms: { readonly sign: string; readonly text: string }[] = [];
  let rest = trimmed;
  while (rest !== "") {
    const found = TERM.exec(rest);
    if (!found?.groups) throw invalidParameter("Invalid filter pattern");
    const { sign = "", phrase, word = "" } = found.groups;
    terms.push({ sign, text: phrase?.replace(/\\(.)/g, "$1") ?? word });
    rest = rest.slice(found[0].length).trimStart();
  }
  const of = (sign: string) => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [all, none, some] = [of(""), of("-"), of("?")];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    !none.some((text) => message.includes(text)) &&
    // Beside other terms, those with `?` are ignored (same page).
    (some.length === 0 || all.length > 0 || some.some((text) => message.includes(text)));
}
