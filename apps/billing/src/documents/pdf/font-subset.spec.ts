import { expect, it } from '@jest/globals';
import { create, type Font } from 'fontkit';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { prepareSubsets, type Subset } from './font-subset.ts';

const { resolve } = createRequire(import.meta.url);
const open = (file: string): Font => create(fs.readFileSync(resolve(file))) as Font;

const latin = 'Facture n° 2026-000001 – Müller & Söhne, Çelik Îlé Ångström ñandú €';

it.each([
  ['pdfjs-dist/standard_fonts/LiberationSans-Regular.ttf', latin],
  ['pdfjs-dist/standard_fonts/LiberationSans-Bold.ttf', latin],
  ['dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf', 'Nguyễn Thị العربية'],
  ['@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf', '漢字仮名'],
  ['@expo-google-fonts/noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf', 'ภาษาไทย'],
])('a subset of %s has the same bytes as that of fontkit', (file, text) => {
  const [own, peer] = [open(file), open(file)];
  prepareSubsets(own);
  // The second subset uses what the first has read.
  for (const part of [text, Array.from(text).toReversed().join('').slice(3), '']) {
    const subsets = [own, peer].map((font) => {
      const subset = font.createSubset() as unknown as Subset;
      const numbers = font.layout(part).glyphs.map(({ id }) => subset.includeGlyph(id));
      return { numbers, bytes: Buffer.from(subset.encode()) };
    });
    expect(subsets[0]!.numbers).toEqual(subsets[1]!.numbers);
    expect(Buffer.compare(subsets[0]!.bytes, subsets[1]!.bytes)).toBe(0);
  }
});
