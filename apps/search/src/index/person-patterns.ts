import { joinedWords } from './address-tokens.ts';
import { likePattern } from './compile-tree.ts';
import { fold } from './fold.ts';

/**
 * Returns LIKE patterns that find a part of a name or address in `correspondentText`. A part of fewer than three
 * characters matches only at the start of a word, because a trigram index needs three characters.
 */
export function personPatterns(value: string): string[] {
  const part = fold(value)
    .replaceAll(/[<>"\s]+/g, ' ')
    .trim();
  // A name is searched with and without punctuation, so that `Dupont Jean` also finds `Dupont, Jean`.
  const words = joinedWords(value);
  const isName = words !== '' && !part.includes('@');
  return [...new Set(isName ? [part, words] : [part])]
    .filter((each) => each !== '')
    .map((each) => likePattern(each.length < 3 ? ` ${each}` : each));
}
