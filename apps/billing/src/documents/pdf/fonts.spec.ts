import { describe, expect, it } from '@jest/globals';
import { readPdfTexts } from '../../../test/pdf-texts.ts';
import { printedContent } from '../../../test/printed-content.ts';
import { renderDocument } from './document-pdf.ts';

describe('a text', () => {
  it.each([
    ['Chinese characters and kana', '漢字仮名交じり文の検索'.repeat(10), 'NotoSansSC'],
    ['Korean', '한국어 호스팅', 'NotoSansKR'],
    ['Thai', 'ภาษาไทย', 'NotoSansThai'],
    ['Devanagari', 'हिन्दी', 'NotoSansDevanagari'],
    ['Arabic', 'العربية', 'DejaVuSansCondensed'],
    ['Vietnamese', 'Nguyễn', 'DejaVuSansCondensed'],
    ['Cyrillic', 'Хостинг', 'LiberationSans'],
  ])('in %s is printed with a font that has its characters', async (_script, text, font) => {
    const content = printedContent(1);
    const items = readPdfTexts(
      await renderDocument({ ...content, lines: [{ ...content.lines[0]!, description: text }] }),
    );
    expect(items.map((each) => each.font.replace('-Regular', ''))).toContain(font);
    const printed = new Set(items.flatMap((each) => Array.from(each.text)));
    expect(Array.from(text).filter((character) => !printed.has(character))).toEqual([]);
  });
});
