import type { HighlightTerm } from './highlight-terms.ts';
import { isSameStem } from './same-stem.ts';
import { findWords, type FoundWord } from './search-words.ts';

/** A highlighted range; `term` is the index of the matching term. */
interface Mark {
  start: number;
  end: number;
  term: number;
}

/** Characters of a text that are searched for matches to highlight. */
const READ_LENGTH = 30_000;
const MAX_MARKS = 500;

/**
 * An excerpt of a text as safe HTML: all text is escaped, matches are inside `<mark>`. A mark contains whole words,
 * including combining characters.
 */
export function snippet(text: string, terms: readonly HighlightTerm[], length = 160): string {
  const read = text.slice(0, READ_LENGTH);
  const marks = findMarks(read, terms);
  const { start, end } = chooseWindow(read, marks, length);
  let html = start > 0 ? '…' : '';
  let at = start;
  for (const mark of marks) {
    if (mark.start < at || mark.end > end) continue;
    html += `${escapeHtml(read.slice(at, mark.start))}<mark>${escapeHtml(read.slice(mark.start, mark.end))}</mark>`;
    at = mark.end;
  }
  return `${html}${escapeHtml(read.slice(at, end))}${end < text.length ? '…' : ''}`;
}

/** A whole short text, such as a subject, as safe HTML with highlighted matches. */
export const highlighted = (text: string, terms: readonly HighlightTerm[]): string =>
  snippet(text, terms, Number.POSITIVE_INFINITY);

function findMarks(text: string, terms: readonly HighlightTerm[]): Mark[] {
  if (terms.length === 0) return [];
  const words = [...findWords(text)];
  const marks: Mark[] = [];
  for (let index = 0; index < words.length && marks.length < MAX_MARKS; index += 1) {
    const term = terms.findIndex((each) => matchesAt(words, index, each));
    if (term < 0) continue;
    const last = words[index + terms[term]!.words.length - 1]!;
    marks.push({ start: words[index]!.start, end: last.end, term });
    index += terms[term]!.words.length - 1;
  }
  return marks;
}

function matchesAt(words: readonly FoundWord[], at: number, term: HighlightTerm): boolean {
  const last = term.words.length - 1;
  return term.words.every((expected, index) => {
    const found = words[at + index]?.folded;
    if (found === undefined) return false;
    if (term.isPrefix && index === last) return found.startsWith(expected);
    return last === 0 ? isSameStem(found, expected) : found === expected;
  });
}

/** The range with the most different terms and some text before the first of them, cut between words. */
function chooseWindow(text: string, marks: readonly Mark[], length: number): { start: number; end: number } {
  if (text.length <= length) return { start: 0, end: text.length };
  let first = marks[0]?.start ?? 0;
  let best = 0;
  for (const [index, mark] of marks.entries()) {
    const seen = new Set<number>();
    for (let next = index; next < marks.length && marks[next]!.end <= mark.start + length * 0.75; next += 1)
      seen.add(marks[next]!.term);
    if (seen.size > best) {
      best = seen.size;
      first = mark.start;
    }
  }
  const start = first <= length / 4 ? 0 : wordStart(text, Math.floor(first - length / 4), first);
  return {
    start,
    end:
      start + length >= text.length
        ? text.length
        : wordEnd(text, start + length, lastEnd(marks, start, start + length)),
  };
}

const lastEnd = (marks: readonly Mark[], start: number, end: number) =>
  marks.reduce((latest, mark) => (mark.start >= start && mark.end <= end ? Math.max(latest, mark.end) : latest), start);

/** The first word start in the range, else a character boundary. */
function wordStart(text: string, from: number, to: number): number {
  const space = text.slice(from, to).search(/\s\S/);
  return space < 0 ? characterStart(text, from) : from + space + 1;
}

/** The last space before `end` and after `atLeast`, else a character boundary. */
function wordEnd(text: string, end: number, atLeast: number): number {
  for (let at = end; at > Math.max(atLeast, end - 40); at -= 1) if (/\s/.test(text[at]!)) return at;
  return Math.max(atLeast, characterStart(text, end));
}

/** The nearest index at or before `at` that splits neither a surrogate pair nor a letter and its accent. */
function characterStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && start > at - 50 && (/[\udc00-\udfff]/.test(text[start]!) || /\p{M}|\u200d/u.test(text[start]!)))
    start -= 1;
  return start;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes a text, joins its lines and removes control and direction characters, which could change how it reads. */
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
