import { quotedLexeme, type Weight } from './lexeme.ts';
import { numberToken } from './number-tokens.ts';
import { findWords, type FoundWord } from './search-words.ts';
import { lexemesOf, stemForms, type Stems } from './word-forms.ts';

/** The parsed words of one value of a query. */
export interface SearchTerms {
  words: FoundWord[];
  /** True when the last word is a prefix. */
  isPrefix: boolean;
  /** The value without separators, if it may be a number or reference. */
  numberToken?: string;
}

/** Elided articles and pronouns: a search for `l'équipe` finds `équipe`. */
const ELISIONS = new Set(
  'l d j m n s t c qu jusqu lorsqu puisqu quoiqu un all dall dell nell sull quest quell'.split(' '),
);

export function searchTermsOf(value: string): SearchTerms {
  const isPrefix = value.endsWith('*');
  const text = value.normalize('NFKC');
  const words = [...findWords(text)];
  const [first, second] = words;
  if (first && second && ELISIONS.has(first.folded) && /^['’ʼ]$/.test(text.slice(first.end, second.start)))
    words.shift();
  const token = words.length > 1 && !isPrefix ? numberToken(text) : undefined;
  return token === undefined ? { words, isPrefix } : { words, isPrefix, numberToken: token };
}

/** Returns the word forms whose stems `textQuery` needs. Words of a phrase and prefixes are not stemmed. */
export function termForms(value: string): string[] {
  const { words, isPrefix } = searchTermsOf(value);
  return words.length === 1 && !isPrefix ? stemForms(words[0]!) : [];
}

/**
 * Returns a value as a `tsquery` literal: one word with its stems, or a phrase. Undefined for a value without words.
 */
export function textQuery(value: string, stems: Stems, weight?: Weight): string | undefined {
  const { words, isPrefix, numberToken: token } = searchTermsOf(value);
  if (words.length === 0) return undefined;
  // The labels of a lexeme in a `tsquery`: `*` for a prefix, and the letter of a weight.
  const withLabels = (lexeme: string, labels: string) => quotedLexeme(lexeme) + (labels === '' ? '' : `:${labels}`);
  const weights = weight ?? '';
  if (words.length === 1 && !isPrefix)
    return lexemesOf(words[0]!, stems)
      .map((lexeme) => withLabels(lexeme, weights))
      .join(' | ');
  const phrase = words
    .map((word, index) => withLabels(word.folded, isPrefix && index === words.length - 1 ? `*${weights}` : weights))
    .join(' <-> ');
  return token === undefined ? phrase : `(${phrase}) | ${withLabels(token, weights)}`;
}
