import { quotedLexeme, type Weight } from './lexeme.ts';
import { numberCode } from './number-codes.ts';
import { findWords, type FoundWord } from './search-words.ts';
import { lexemesOf, stemForms, type Stems } from './word-forms.ts';

/** What one value of a query looks for. */
export interface SoughtWords {
  words: FoundWord[];
  /** The last word is the beginning of a word. */
  isPrefix: boolean;
  /** The value without separators, when it may be a number or reference. */
  code?: string;
}

/** Articles and pronouns that lean on the next word: who searches `l'équipe` wants `équipe`. */
const ELISIONS = new Set(
  'l d j m n s t c qu jusqu lorsqu puisqu quoiqu un all dall dell nell sull quest quell'.split(' '),
);

export function soughtWords(value: string): SoughtWords {
  const isPrefix = value.endsWith('*');
  const text = value.normalize('NFKC');
  const words = [...findWords(text)];
  const [first, second] = words;
  if (first && second && ELISIONS.has(first.folded) && /^['’ʼ]$/.test(text.slice(first.end, second.start)))
    words.shift();
  const code = words.length > 1 && !isPrefix ? numberCode(text) : undefined;
  return code === undefined ? { words, isPrefix } : { words, isPrefix, code };
}

/** What the stemmers have to be asked for before `textQuery` can be written. Words of a phrase and beginnings are taken as they are. */
export function soughtForms(value: string): string[] {
  const { words, isPrefix } = soughtWords(value);
  return words.length === 1 && !isPrefix ? stemForms(words[0]!) : [];
}

/** The value as a `tsquery` literal: one word with its stems, or several words in a row. Nothing, when there is no word in it. */
export function textQuery(value: string, stems: Stems, weight?: Weight): string | undefined {
  const { words, isPrefix, code } = soughtWords(value);
  if (words.length === 0) return undefined;
  const mark = (lexeme: string, marks: string) => quotedLexeme(lexeme) + (marks === '' ? '' : `:${marks}`);
  const weights = weight ?? '';
  if (words.length === 1 && !isPrefix)
    return lexemesOf(words[0]!, stems)
      .map((lexeme) => mark(lexeme, weights))
      .join(' | ');
  const row = words
    .map((word, index) => mark(word.folded, isPrefix && index === words.length - 1 ? `*${weights}` : weights))
    .join(' <-> ');
  return code === undefined ? row : `(${row}) | ${mark(code, weights)}`;
}
