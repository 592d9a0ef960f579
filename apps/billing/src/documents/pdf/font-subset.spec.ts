import { expect, it } from '@jest/globals';
import { create, type Font } from 'fontkit';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { prepareSubsets, type Subset } from './font-subset.ts';

const { resolve } = createRequire(import.meta.url);
const open = (file: string): Font => create(fs.readFileSync(resolve(file))) as Font;

/** The outlines and widths of all glyphs of a subset. */
const glyphsOf = (font: Font): unknown[] =>
  Array.from({ length: font.numGlyphs }, (_, id) => {
    const { path, advanceWidth } = font.getGlyph(id);
    return [path.toSVG(), advanceWidth];
  });

const latin = 'Facture n° 2026-000001 – Müller & Söhne, Çelik Îlé Ångström ñandú €';

it.each([
  ['pdfjs-dist/standard_fonts/LiberationSans-Regular.ttf', latin],
  ['pdfjs-dist/standard_fonts/LiberationSans-Bold.ttf', latin],
  ['dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf', 'Nguyễn Thị العربية'],
  ['@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf', '漢字仮名'],
  ['@expo-google-fonts/noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf', 'ภาษาไทย'],
])('a subset of %s has the numbers, outlines and widths of that of fontkit, without hints', (file, text) => {
  const [own, peer] = [open(file), open(file)];
  prepareSubsets(own);
  // The second subset uses what the first has read.
  for (const part of [text, Array.from(text).toReversed().join('').slice(3), '']) {
    const [ownSubset, peerSubset] = [own, peer].map((font) => {
      const subset = font.createSubset() as unknown as Subset;
      const numbers = font.layout(part).glyphs.map(({ id }) => subset.includeGlyph(id));
      const bytes = Buffer.from(subset.encode());
      return { numbers, bytes, font: create(bytes) as Font };
    });
    expect(ownSubset!.numbers).toEqual(peerSubset!.numbers);
    expect(ownSubset!.font.numGlyphs).toBe(peerSubset!.font.numGlyphs);
    expect(glyphsOf(ownSubset!.font)).toEqual(glyphsOf(peerSubset!.font));
    expect(ownSubset!.bytes.length).toBeLessThan(peerSubset!.bytes.length);
    for (const table of ['fpgm', 'prep', 'cvt ']) expect(ownSubset!.bytes.indexOf(table, 0, 'latin1')).toBe(-1);
  }
});
