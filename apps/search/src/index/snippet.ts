import type { HighlightTerm } from './highlight-terms.ts';
import { isSameStem } from './same-stem.ts';
import { findWords, type FoundWord } from './search-words.ts';

/** A highlighted range. */
interface Mark {
  start: number;
  end: number;
  termIndex: number;
}

/** Only this number of characters at the start of a text is searched for matches to highlight. */
const SEARCHED_LENGTH = 30_000;
const MAX_MARKS = 500;

/**
 * Returns an excerpt of a text as safe HTML: all text is escaped, matches are inside `<mark>`. A mark contains whole
 * words with their combining characters.
 */
export function snippet(text: string, terms: readonly HighlightTerm[], length = 160): string {
  const searched = text.slice(0, SEARCHED_LENGTH);
  const marks = findMarks(searched, terms);
  const { start, end } = chooseWindow(searched, marks, length);
  let html = start > 0 ? '…' : '';
  let position = start;
  for (const mark of marks) {
    if (mark.start < position || mark.end > end) continue;
    html += escapeHtml(searched.slice(position, mark.start));
    html += `<mark>${escapeHtml(searched.slice(mark.start, mark.end))}</mark>`;
    position = mark.end;
  }
  return `${html}${escapeHtml(searched.slice(position, end))}${end < text.length ? '…' : ''}`;
}

/** Returns a whole short text, such as a subject, as safe HTML with highlighted matches. */
export const highlightText = (text: string, terms: readonly HighlightTerm[]): string =>
  snippet(text, terms, Number.POSITIVE_INFINITY);

function findMarks(text: string, terms: readonly HighlightTerm[]): Mark[] {
  if (terms.length === 0) return [];
  const words = [...findWords(text)];
  const marks: Mark[] = [];
  for (let index = 0; index < words.length && marks.length < MAX_MARKS; index += 1) {
    const termIndex = terms.findIndex((term) => isMatchAt(words, index, term));
    if (termIndex < 0) continue;
    const lastIndex = index + terms[termIndex]!.words.length - 1;
    marks.push({ start: words[index]!.start, end: words[lastIndex]!.end, termIndex });
    index = lastIndex;
  }
  return marks;
}

/**
 * True when the words of the term start at the word with index `firstIndex`. Only a single word matches by its stem.
 */
function isMatchAt(words: readonly FoundWord[], firstIndex: number, term: HighlightTerm): boolean {
  const lastIndex = term.words.length - 1;
  return term.words.every((termWord, index) => {
    const textWord = words[firstIndex + index]?.folded;
    if (textWord === undefined) return false;
    if (term.isPrefix && index === lastIndex) return textWord.startsWith(termWord);
    return lastIndex === 0 ? isSameStem(textWord, termWord) : textWord === termWord;
  });
}

/**
 * Chooses the range that contains the most different terms. About one quarter of the range is text before the first
 * match; the other three quarters contain the matches. Start and end are between words.
 */
function chooseWindow(text: string, marks: readonly Mark[], length: number): { start: number; end: number } {
  if (text.length <= length) return { start: 0, end: text.length };
  let firstMatch = marks[0]?.start ?? 0;
  let maxTermCount = 0;
  for (const [index, mark] of marks.entries()) {
    const termIndexes = new Set<number>();
    for (let next = index; next < marks.length && marks[next]!.end <= mark.start + length * 0.75; next += 1)
      termIndexes.add(marks[next]!.termIndex);
    if (termIndexes.size > maxTermCount) {
      maxTermCount = termIndexes.size;
      firstMatch = mark.start;
    }
  }
  const start = firstMatch <= length / 4 ? 0 : wordStart(text, Math.floor(firstMatch - length / 4), firstMatch);
  return {
    start,
    end:
      start + length >= text.length
        ? text.length
        : wordEnd(text, start + length, lastMarkEnd(marks, start, start + length)),
  };
}

/** Returns the end of the last mark in the range; `start` when the range contains no mark. */
const lastMarkEnd = (marks: readonly Mark[], start: number, end: number) =>
  marks.reduce((latest, mark) => (mark.start >= start && mark.end <= end ? Math.max(latest, mark.end) : latest), start);

/** Returns the first start of a word in the range, else a character boundary. */
function wordStart(text: string, from: number, to: number): number {
  const space = text.slice(from, to).search(/\s\S/);
  return space < 0 ? characterStart(text, from) : from + space + 1;
}

/**
 * Returns the last space before `end` and after `atLeast`, else a character boundary. Looks back at most 40 characters,
 * so that a long word does not shorten the range.
 */
function wordEnd(text: string, end: number, atLeast: number): number {
  for (let position = end; position > Math.max(atLeast, end - 40); position -= 1)
    if (/\s/.test(text[position]!)) return position;
  return Math.max(atLeast, characterStart(text, end));
}

/**
 * Returns the nearest index, at or before `position`, that splits no surrogate pair and no letter from its accent.
 * Looks back at most 50 characters.
 */
function characterStart(text: string, position: number): number {
  let start = position;
  while (
    start > 0 &&
    start > position - 50 &&
    (/[\udc00-\udfff]/.test(text[start]!) || /\p{M}|\u200d/u.test(text[start]!))
  )
    start -= 1;
  return start;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes a text, joins its lines and removes control and direction characters, which could change the shown text. */
function escapeHtml(text: string): string {
  return (
    text
      .toWellFormed()
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
      .replace(/\s+/g, ' ')
      .replace(/[&<>"']/g, (character) => ESCAPES[character]!)
  );
}
