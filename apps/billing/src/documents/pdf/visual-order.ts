import bidiFactory, { type Bidi } from 'bidi-js';

// The types describe another form of the module than Node loads.
const bidi = (bidiFactory as unknown as () => Bidi)();

/** A part of a line that is written in one direction, without spaces inside when it is written from right to left. */
export interface VisualPiece {
  readonly text: string;
  readonly isRightToLeft: boolean;
}

/** The blocks of Unicode with scripts that are written from right to left, and the marks of their direction. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

export const hasRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text);

/** Returns the direction of a paragraph: the one of its first letter. */
export const directionOf = (paragraph: string): 'ltr' | 'rtl' =>
  hasRightToLeft(paragraph) && bidi.getEmbeddingLevels(paragraph, 'auto').paragraphs.some(({ level }) => level === 1)
    ? 'rtl'
    : 'ltr';

/**
 * Divides a line into pieces, from left to right as they are written (Unicode Bidirectional Algorithm). The characters
 * of a piece are in the order in which they are read: the font reverses them. Brackets are mirrored.
 */
export function visualPieces(line: string, direction: 'ltr' | 'rtl'): VisualPiece[] {
  if (!hasRightToLeft(line)) return [{ text: line, isRightToLeft: false }];
  const levels = bidi.getEmbeddingLevels(line, direction);
  const mirrored = bidi.getMirroredCharactersMap(line, levels.levels);
  const isOdd = (index: number): boolean => levels.levels[index]! % 2 === 1;
  const pieces: VisualPiece[] = [];
  let indices: number[] = [];
  const endPiece = (): void => {
    if (indices.length === 0) return;
    const isRightToLeft = isOdd(indices[0]!);
    const text = (isRightToLeft ? indices.toReversed() : indices)
      .map((index) => mirrored.get(index) ?? line[index]!)
      .join('');
    // A font writes only one word from right to left, so the words are turned here.
    if (isRightToLeft) for (const word of wordsOf(text).toReversed()) pieces.push({ text: word, isRightToLeft });
    else pieces.push(...leftToRightPieces(text));
    indices = [];
  };
  for (const index of bidi.getReorderedIndices(line, levels)) {
    const last = indices.at(-1);
    if (last !== undefined && isOdd(last) !== isOdd(index)) endPiece();
    indices.push(index);
  }
  endPiece();
  return pieces;
}

/**
 * Divides a text that is written from left to right. A font writes Arabic digits from right to left, like the letters
 * of their script, although numbers are written from left to right: their order is reversed twice.
 */
const leftToRightPieces = (text: string): VisualPiece[] =>
  (text.match(/[\u0660-\u0669\u06f0-\u06f9]+|[^\u0660-\u0669\u06f0-\u06f9]+/g) ?? []).map((part) =>
    hasRightToLeft(part)
      ? { text: Array.from(part).toReversed().join(''), isRightToLeft: true }
      : { text: part, isRightToLeft: false },
  );

const wordsOf = (text: string): string[] => text.match(/\s+|\S+/g) ?? [];
