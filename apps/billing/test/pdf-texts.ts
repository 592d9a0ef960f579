import { inflateSync } from 'node:zlib';

/** A text in a PDF. The origin is the lower left corner of the page; positions and sizes are in points. */
export interface PdfText {
  /** From 1. */
  readonly page: number;
  /** The text as a reader can copy it: decoded with the ToUnicode table of the font. */
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** The PostScript name, without the prefix of a subset. */
  readonly font: string;
  /** `#rrggbb` */
  readonly colour: string;
}

interface PdfFont {
  readonly name: string;
  readonly characters: readonly string[];
}

/** Reads the texts of a PDF of pdfkit with their positions, fonts and colours. */
export function readPdfTexts(pdf: Uint8Array): PdfText[] {
  const { objects, streamOf, contentsOfPages } = parsePdf(pdf);
  const fonts = new Map(
    [
      ...Buffer.from(pdf)
        .toString('latin1')
        .matchAll(/\/(F\d+) (\d+) 0 R/g),
    ].map(([, key, id]): [string, PdfFont] => {
      const font = objects.get(id!)!;
      const name = /\/BaseFont \/[A-Z]{6}\+(\S+)/.exec(font)![1]!;
      return [key!, { name, characters: readToUnicode(streamOf(/\/ToUnicode (\d+) 0 R/.exec(font)![1]!)) }];
    }),
  );
  return contentsOfPages.flatMap((contents, index) =>
    readContents(contents, fonts).map((text) => ({ page: index + 1, ...text })),
  );
}

/** Returns the number of operators that write or draw outside of the structure of a tagged PDF. */
export function countUntaggedOperators(pdf: Uint8Array): number {
  let [count, depth] = [0, 0];
  for (const contents of parsePdf(pdf).contentsOfPages)
    for (const [, operator] of contents.matchAll(/(?:^|\s)(BDC|BMC|EMC|BT|f|S)$/gm)) {
      if (operator === 'EMC') depth -= 1;
      else if (operator === 'BDC' || operator === 'BMC') depth += 1;
      else if (depth === 0) count += 1;
    }
  return count;
}

function parsePdf(pdf: Uint8Array): {
  objects: ReadonlyMap<string, string>;
  streamOf: (id: string) => string;
  contentsOfPages: string[];
} {
  const raw = Buffer.from(pdf).toString('latin1');
  const objects = new Map([...raw.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map((match) => [match[1]!, match[2]!]));
  const streamOf = (id: string): string =>
    inflateSync(Buffer.from(/stream\n([\s\S]*)\nendstream/.exec(objects.get(id)!)![1]!, 'latin1')).toString('latin1');
  const pages = [...objects.values()].filter((object) => /\/Type \/Page\n/.test(object));
  return {
    objects,
    streamOf,
    contentsOfPages: pages.map((page) => streamOf(/\/Contents (\d+) 0 R/.exec(page)![1]!)),
  };
}

/** Returns the characters by glyph number. A ligature maps to several characters. */
function readToUnicode(table: string): string[] {
  const characters: string[] = [];
  for (const [, first, list] of table.matchAll(/<(\w{4})> <\w{4}> \[([^\]]*)\]/g))
    for (const [index, [, code]] of [...list!.matchAll(/<([^>]*)>/g)].entries()) {
      const units = (code!.match(/\w{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16));
      characters[Number.parseInt(first!, 16) + index] = String.fromCharCode(...units);
    }
  return characters;
}

/** The operators that matter: fill colour, save and restore, position of a text, font, glyphs, end of a text. */
const operators = new RegExp(
  [
    String.raw`(?<colour>[\d. ]+) scn`,
    String.raw`^(?<save>q)$`,
    String.raw`^(?<restore>Q)$`,
    String.raw`1 0 0 1 (?<x>[\d.]+) (?<y>[\d.]+) Tm`,
    String.raw`\/(?<font>F\d+) [\d.]+ Tf`,
    String.raw`<(?<glyphs>[0-9a-f]+)>`,
    String.raw`\b(?<end>ET)\b`,
  ].join('|'),
  'gm',
);

function readContents(contents: string, fonts: ReadonlyMap<string, PdfFont>): Omit<PdfText, 'page'>[] {
  const texts: Omit<PdfText, 'page'>[] = [];
  let [colour, x, y, text] = ['#000000', 0, 0, ''];
  const savedColours: string[] = [];
  let font: PdfFont = { name: '', characters: [] };
  for (const { groups } of contents.matchAll(operators)) {
    if (groups!['colour']) colour = colourOf(groups!['colour']);
    else if (groups!['save']) savedColours.push(colour);
    else if (groups!['restore']) colour = savedColours.pop() ?? colour;
    else if (groups!['x']) [x, y] = [Number(groups!['x']), Number(groups!['y'])];
    else if (groups!['font']) font = fonts.get(groups!['font'])!;
    else if (groups!['glyphs'])
      text += groups!['glyphs']
        .match(/.{4}/g)!
        .map((code) => font.characters[Number.parseInt(code, 16)] ?? '?')
        .join('');
    else if (text !== '') {
      texts.push({ text, x, y, font: font.name, colour });
      text = '';
    }
  }
  return texts;
}

const colourOf = (values: string): string =>
  `#${values
    .trim()
    .split(' ')
    .map((value) =>
      Math.round(Number(value) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
