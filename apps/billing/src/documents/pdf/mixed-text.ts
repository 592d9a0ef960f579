import { fontRuns, type FontRun, type NamedFont } from './fonts.ts';
import type { Pdf } from './page.ts';
import { addSharedFont } from './shared-fonts.ts';
import { directionOf, visualPieces } from './visual-order.ts';

/** The runs of a line from left to right, with their width in points. */
interface Line {
  readonly runs: (FontRun & { readonly width: number })[];
  readonly width: number;
}

/**
 * Divides a text into lines that fit into a width, at the ends of words, or inside a word that is longer than a line.
 */
export function wrapMixedText(pdf: Pdf, text: string, maxWidth: number, isBold: boolean): Line[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    const direction = directionOf(paragraph);
    const widthOf = (part: string): number => measure(pdf, part, { isBold, direction }).width;
    for (const word of wordsOf(paragraph)) {
      if (line !== '' && widthOf(`${line}${word.trimEnd()}`) > maxWidth) {
        lines.push(line.trimEnd());
        line = '';
      }
      for (const character of charactersOf(word)) {
        if (line !== '' && widthOf(`${line}${character}`.trimEnd()) > maxWidth) {
          lines.push(line.trimEnd());
          line = '';
        }
        line += character;
      }
    }
    return [...lines, line.trimEnd()].map((each) => measure(pdf, each, { isBold, direction }));
  });
}

/** Writes a line. `baseline` is the y of its baseline. */
export function writeMixedLine(pdf: Pdf, { runs }: Line, x: number, baseline: number): void {
  let runX = x;
  for (const { font, text, width } of runs) {
    select(pdf, font).text(text, runX, baseline, { lineBreak: false, baseline: 'alphabetic' });
    runX += width;
  }
}

/** Returns the runs of a line from left to right. */
function measure(pdf: Pdf, text: string, { isBold, direction }: { isBold: boolean; direction: 'ltr' | 'rtl' }): Line {
  const runs = visualPieces(text, direction)
    .flatMap((piece) => {
      const pieceRuns = fontRuns(piece.text, isBold);
      return piece.isRightToLeft ? pieceRuns.toReversed() : pieceRuns;
    })
    .map((run) => ({ ...run, width: select(pdf, run.font).widthOfString(run.text) }));
  return { runs, width: runs.reduce((sum, { width }) => sum + width, 0) };
}

const registeredFonts = new WeakMap<Pdf, Set<string>>();

/** Selects a font. pdfkit gets it at its first use in a document. */
function select(pdf: Pdf, font: NamedFont): Pdf {
  const names = registeredFonts.get(pdf) ?? new Set<string>();
  registeredFonts.set(pdf, names);
  if (!names.has(font.name)) addSharedFont(pdf, font);
  names.add(font.name);
  return pdf.font(font.name);
}

const wordSegmenter = new Intl.Segmenter('en', { granularity: 'word' });
const characterSegmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Divides a text into words, each with the spaces and punctuation marks that follow it. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of wordSegmenter.segment(text)) {
    if (isWordLike || words.length === 0) words.push(segment);
    else words[words.length - 1] += segment;
  }
  return words;
}

const charactersOf = (word: string): string[] => [...characterSegmenter.segment(word)].map(({ segment }) => segment);
