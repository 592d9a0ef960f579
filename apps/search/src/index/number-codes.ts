import { fold } from './fold.ts';
import { findWords, type FoundWord } from './search-words.ts';

const LONGEST = 40;
const TIGHT = /^[-./'’_:,]$/;
const LOOSE = /^[\s'’.-]$/;
const DIGITS = /^\d+$/;
const IBAN_START = /^[a-z]{2}\d{2}$/;
const IBAN_PART = /^[a-z\d]{1,4}$/;

/** Whether a word and the next belong to one number, seen from what stands between them and from the first word. */
type Joins = (left: FoundWord, between: string, right: FoundWord, first: FoundWord) => boolean;

const JOINS: readonly Joins[] = [
  (_left, gap) => TIGHT.test(gap),
  (left, gap, right) => LOOSE.test(gap) && DIGITS.test(left.folded) && DIGITS.test(right.folded),
  (_left, gap, right, first) => gap === ' ' && IBAN_START.test(first.folded) && IBAN_PART.test(right.folded),
];

/**
 * Numbers, references and amounts without their separators (`FA-2026-001` → `fa2026001`, `1'994.75` → `199475`), so that
 * however the one wrote it and the other types it, they meet. Goes from word to word: an expression over the text would backtrack.
 */
export function numberCodes(text: string, words: readonly FoundWord[] = [...findWords(text)]): string[] {
  const codes = new Set<string>();
  for (const joins of JOINS) {
    for (let first = 0; first < words.length; first += 1) {
      let last = first;
      while (
        last + 1 < words.length &&
        joins(words[last]!, between(text, words[last]!, words[last + 1]!), words[last + 1]!, words[first]!)
      )
        last += 1;
      const code = last === first ? undefined : numberCode(text.slice(words[first]!.start, words[last]!.end));
      if (code !== undefined) codes.add(code);
      first = last;
    }
  }
  return [...codes];
}

/** One character at most: more between two words makes them two. */
function between(text: string, left: FoundWord, right: FoundWord): string {
  return right.start - left.end === 1 ? text[left.end]! : '';
}

/** One text as such a code, if it can be one. */
export function numberCode(text: string): string | undefined {
  if (text.length > LONGEST * 2 || !/\d/.test(text)) return undefined;
  const code = fold(text).replace(/[^\p{L}\p{N}]/gu, '');
  return code.length >= 2 && code.length <= LONGEST ? code : undefined;
}
