import { fold } from './fold.ts';
import { findWords, type FoundWord } from './search-words.ts';

const MAX_TOKEN_LENGTH = 40;
const SEPARATOR = /^[-./'’_:,]$/;
const DIGIT_GROUP_SEPARATOR = /^[\s'’.-]$/;
const DIGITS = /^\d+$/;
const IBAN_START = /^[a-z]{2}\d{2}$/;
const IBAN_PART = /^[a-z\d]{1,4}$/;

/**
 * True when two neighbouring words belong to the same number. `gap` is the character between the two words; `first` is
 * the first word of the number.
 */
type JoinRule = (left: FoundWord, gap: string, right: FoundWord, first: FoundWord) => boolean;

const JOIN_RULES: readonly JoinRule[] = [
  // A reference, such as `FA-2026-001`.
  (_left, gap) => SEPARATOR.test(gap),
  // A number in groups of digits, such as `1'994.75` or `079 123 45 67`.
  (left, gap, right) => DIGIT_GROUP_SEPARATOR.test(gap) && DIGITS.test(left.folded) && DIGITS.test(right.folded),
  // An IBAN in groups of four characters.
  (_left, gap, right, first) => gap === ' ' && IBAN_START.test(first.folded) && IBAN_PART.test(right.folded),
];

/**
 * Finds numbers, references and amounts and removes their separators (`FA-2026-001` → `fa2026001`, `1'994.75` →
 * `199475`), so that a search finds a number that is written with other separators. Scans word by word, because a
 * regular expression over the text would backtrack.
 */
export function numberTokens(text: string, words: readonly FoundWord[] = [...findWords(text)]): string[] {
  const tokens = new Set<string>();
  for (const isSameNumber of JOIN_RULES) {
    for (let firstIndex = 0; firstIndex < words.length; firstIndex += 1) {
      let lastIndex = firstIndex;
      while (
        lastIndex + 1 < words.length &&
        isSameNumber(
          words[lastIndex]!,
          gapBetween(text, words[lastIndex]!, words[lastIndex + 1]!),
          words[lastIndex + 1]!,
          words[firstIndex]!,
        )
      )
        lastIndex += 1;
      // A number of one word is indexed as a word.
      const token =
        lastIndex === firstIndex ? undefined : numberToken(text.slice(words[firstIndex]!.start, words[lastIndex]!.end));
      if (token !== undefined) tokens.add(token);
      firstIndex = lastIndex;
    }
  }
  return [...tokens];
}

/** Returns the single character between two words; empty when the gap has no character or several characters. */
function gapBetween(text: string, left: FoundWord, right: FoundWord): string {
  return right.start - left.end === 1 ? text[left.end]! : '';
}

/** Returns the text as a number token; undefined when the text has no digit or the token is too short or too long. */
export function numberToken(text: string): string | undefined {
  // With a separator after each character, a text has twice the length of its token.
  if (text.length > MAX_TOKEN_LENGTH * 2 || !/\d/.test(text)) return undefined;
  const token = fold(text).replace(/[^\p{L}\p{N}]/gu, '');
  return token.length >= 2 && token.length <= MAX_TOKEN_LENGTH ? token : undefined;
}
