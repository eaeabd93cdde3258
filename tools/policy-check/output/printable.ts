/** Characters that a terminal obeys, or that change how the text around them is read. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const spelt = (character: string) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}}`;

/** A text on one line, harmless in a terminal: names and messages may come from anywhere. */
export const printable = (text: string): string =>
  text.replace(/\s*[\r\n]\s*/g, " ").replace(UNPRINTABLE, spelt);
