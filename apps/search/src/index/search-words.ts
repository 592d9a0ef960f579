import { fold } from './fold.ts';

/** A word and where it stands in the text it was found in. */
export interface FoundWord {
  start: number;
  end: number;
  text: string;
  folded: string;
}

/** Scripts that write without spaces: a character is a word, and a query asks for the characters in a row. */
const UNSPACED = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{Script=${script}}`)
  .join('');

/** A character of those scripts, a pictograph, or letters and digits with the soft hyphens and joiners that are written into them. */
const WORD = new RegExp(
  String.raw`[${UNSPACED}]\p{M}*|\p{Extended_Pictographic}|[[\p{L}\p{N}]--[${UNSPACED}]][[\p{L}\p{N}\p{M}\u00ad\u200b-\u200d\u2060]--[${UNSPACED}]]*`,
  'gv',
);

const SEARCHABLE = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** True when there is anything in the text that the index could hold. */
export const isSearchable = (text: string): boolean => SEARCHABLE.test(text);

/** The words of a text from left to right, found in the text as it is, so that their places are right in it. */
export function* findWords(text: string): Generator<FoundWord> {
  for (const match of text.matchAll(WORD)) {
    const folded = fold(match[0]);
    if (folded !== '') yield { start: match.index, end: match.index + match[0].length, text: match[0], folded };
  }
}
