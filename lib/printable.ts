// Controls (also those below U+0020, which a mail or a terminal obeys), invisible and bidirectional marks, separators of
// lines, and halves of pairs, which no UTF-8 can hold: the SDK could not send them.
const UNPRINTABLE = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/gu;

/** A half of a pair that was cut off. */
const HALVES = /\p{Cs}/gu;

/**
 * A text from an alarm or from AWS for people's eyes: a client id is the attacker's to choose. What a terminal would obey
 * is spelt out.
 *
 * @param limit - the most that is shown, in UTF-16 code units
 */
export const printable = (text: string, limit = 256): string =>
  text
    .replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .slice(0, limit)
    .replace(HALVES, "");
