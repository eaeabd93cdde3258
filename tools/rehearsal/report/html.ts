/** Markup that may stand in a page as it is. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Piece = string | number | Html | undefined | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text for markup. What has no shape of its own (controls, bidirectional overrides) is written out: a client id is its
 * device's to choose, and must not turn what stands around it.
 */
const escaped = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "")
    .replace(
      /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
    );

function pieceOf(piece: Piece): string {
  if (piece === undefined) return "";
  if (piece instanceof Html) return piece.markup;
  return typeof piece === "object" ? piece.map(({ markup }) => markup).join("") : escaped(String(piece));
}

/** Markup of a template: all that is put in is escaped unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.reduce((markup, part, index) => markup + pieceOf(pieces[index - 1]) + part));
}
