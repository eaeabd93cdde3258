import leven from "leven";

/** Letters that may be wrong, missing or too many. */
const MOST_TYPOS = 2;

/** The known word that a misspelt one is nearest to; undefined where none is near. */
export function nearest<Word extends string>(word: string, known: readonly Word[]): Word | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, typos: leven(candidate, word) }))
    .filter(({ typos }) => typos <= MOST_TYPOS)
    .sort((a, b) => a.typos - b.typos);
  return best?.candidate;
}
