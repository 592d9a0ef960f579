import { fold } from './fold.ts';

/** A word with its offsets in the text. */
export interface FoundWord {
  start: number;
  end: number;
  text: string;
  folded: string;
}

/** Scripts without spaces between words. Each character counts as a word, so a query becomes a phrase of characters. */
const UNSPACED = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{Script=${script}}`)
  .join('');

/** One character of an unspaced script, one pictograph, or letters and digits, also with soft hyphens and joiners. */
const WORD = new RegExp(
  String.raw`[${UNSPACED}]\p{M}*|\p{Extended_Pictographic}|` +
    String.raw`[[\p{L}\p{N}]--[${UNSPACED}]][[\p{L}\p{N}\p{M}\u00ad\u200b-\u200d\u2060]--[${UNSPACED}]]*`,
  'gv',
);

const SEARCHABLE = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** True when the text contains at least one letter, digit or pictograph. */
export const isSearchable = (text: string): boolean => SEARCHABLE.test(text);

/** Finds the words of a text from left to right. Offsets refer to the original text. */
export function* findWords(text: string): Generator<FoundWord> {
  for (const match of text.matchAll(WORD)) {
    const folded = fold(match[0]);
    if (folded !== '') yield { start: match.index, end: match.index + match[0].length, text: match[0], folded };
  }
}
