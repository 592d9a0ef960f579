import fs from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font, type Glyph } from 'fontkit';
import { prepareSubsets } from './font-subset.ts';
import { hasRightToLeft } from './visual-order.ts';

const resolve = createRequire(import.meta.url).resolve;

interface FontFamily {
  readonly name: string;
  readonly files: { readonly regular: string; readonly bold?: string };
}

/**
 * The families of the fonts, the first choice first: a character is printed with the first family that has it. The
 * standard of the QR-bill allows Liberation Sans, and swissqrbill finds it under this name.
 */
const families: readonly FontFamily[] = [
  {
    name: 'Liberation Sans',
    files: {
      regular: 'pdfjs-dist/standard_fonts/LiberationSans-Regular.ttf',
      bold: 'pdfjs-dist/standard_fonts/LiberationSans-Bold.ttf',
    },
  },
  {
    name: 'DejaVu Sans',
    files: {
      regular: 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf',
      bold: 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf',
    },
  },
  ...(
    [
      ['Noto Sans SC', 'noto-sans-sc', 'NotoSansSC'],
      ['Noto Sans KR', 'noto-sans-kr', 'NotoSansKR'],
      ['Noto Sans Thai', 'noto-sans-thai', 'NotoSansThai'],
      ['Noto Sans Devanagari', 'noto-sans-devanagari', 'NotoSansDevanagari'],
    ] as const
  ).map(([name, folder, file]) => ({
    name,
    files: { regular: `@expo-google-fonts/${folder}/400Regular/${file}_400Regular.ttf` },
  })),
];

/** The family of ordinary text. */
export const TEXT_FONT = 'Liberation Sans';

/** Reading and parsing a font take long, so a thread reads a file once, when it needs the file. */
const fontsByFile = new Map<string, Font>();

function readFont(file: string): Font {
  const cached = fontsByFile.get(file);
  if (cached) return cached;
  const font = create(fs.readFileSync(resolve(file))) as Font;
  separateCharacters(font);
  prepareSubsets(font);
  fontsByFile.set(file, font);
  return font;
}

/**
 * Makes a font return a glyph with the characters that were asked for. Without this, a glyph of several characters,
 * such as the space, has the characters of the document that used it first, and equal content has different bytes.
 */
function separateCharacters(font: Font): void {
  const internals = font as unknown as { _glyphs: Record<number, Glyph>; getGlyph: Font['getGlyph'] };
  const createGlyph = font.getGlyph.bind(font);
  const glyphs = new Map<string, Glyph>();
  internals.getGlyph = (id, codePoints = []) => {
    const key = `${id} ${codePoints.join()}`;
    const cached = glyphs.get(key);
    if (cached) return cached;
    delete internals._glyphs[id];
    const glyph = createGlyph(id, codePoints);
    glyphs.set(key, glyph);
    return glyph;
  };
}

/** A font under the name that pdfkit knows. */
export interface NamedFont {
  readonly name: string;
  readonly font: Font;
}

const fontOf = ({ name, files }: FontFamily, isBold: boolean): NamedFont =>
  isBold && files.bold ? { name: `${name}-Bold`, font: readFont(files.bold) } : { name, font: readFont(files.regular) };

/** The fonts of ordinary text. */
export const textFonts = (): NamedFont[] => [fontOf(families[0]!, false), fontOf(families[0]!, true)];

const hasGlyph = ({ files }: FontFamily, codePoint: number): boolean =>
  readFont(files.regular).hasGlyphForCodePoint(codePoint);

/** A part of a text that one font can print. */
export interface FontRun {
  readonly font: NamedFont;
  readonly text: string;
}

/**
 * Divides a text into runs. Spaces and combining marks stay in the run before them. A character that no font has is
 * printed with the first font, which shows a box.
 */
export function fontRuns(text: string, isBold: boolean): FontRun[] {
  const runs: { family: FontFamily; text: string }[] = [];
  for (const character of text) {
    const run = runs.at(-1);
    const family = run && /[\s\p{M}]/u.test(character) ? run.family : familyOf(character);
    if (run?.family === family) run.text += character;
    else runs.push({ family, text: character });
  }
  return runs.map(({ family, text: part }) => ({ font: fontOf(family, isBold), text: part }));
}

const familyOf = (character: string): FontFamily =>
  families.find((family) => hasGlyph(family, character.codePointAt(0)!)) ?? families[0]!;

/** True when the font of ordinary text has all characters and writes them from left to right, which is usual. */
export const isOrdinaryText = (text: string): boolean =>
  /^[\n\x20-\x7e\xa0-\xff]*$/.test(text) || (!hasRightToLeft(text) && hasAllGlyphs(text));

const hasAllGlyphs = (text: string): boolean =>
  Array.from(text).every((character) => character === '\n' || hasGlyph(families[0]!, character.codePointAt(0)!));
