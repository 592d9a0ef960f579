import { wordsInRow } from './address-tokens.ts';
import { containing } from './compile-tree.ts';
import { fold } from './fold.ts';

/**
 * LIKE patterns under which a part of a name or address stands in the text of `correspondentText`.
 * Less than three characters match at the beginning of a word only: a trigram index has no use for less.
 */
export function peoplePatterns(value: string): string[] {
  const part = fold(value)
    .replaceAll(/[<>"\s]+/g, ' ')
    .trim();
  const row = wordsInRow(value);
  const isName = row !== '' && !part.includes('@');
  return [...new Set(isName ? [part, row] : [part])]
    .filter((each) => each !== '')
    .map((each) => containing(each.length < 3 ? ` ${each}` : each));
}
