import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { printedContent } from '../../../test/printed-content.ts';
import { violatedPdfARules } from '../../../test/pdf-a-rules.ts';
import type { DocumentContent } from './document-content.ts';
import { renderDocument } from './document-pdf.ts';

const archive = (lineCount: number, fields: Partial<DocumentContent> = {}): Promise<Uint8Array> =>
  renderDocument(printedContent(lineCount, { attachedInvoice: '<rsm:CrossIndustryInvoice/>', ...fields }));
const linesOf = (...descriptions: string[]): Partial<DocumentContent> => {
  const [line] = printedContent(1).lines;
  return { lines: descriptions.map((description) => ({ ...line!, description })) };
};

describe('the PDF of an e-invoice keeps the rules of PDF/A-3b and Factur-X', () => {
  it.each<[string, number, Partial<DocumentContent>]>([
    ['with a payment part', 1, {}],
    ['with 100 lines', 100, {}],
    ['that is paid', 1, { kind: 'paid_invoice', openAmount: money(0, 'CHF') }],
    ['with an EPC code', 1, { openAmount: money(100, 'EUR'), reference: 'RF18539007547034' }],
    ['with texts in all scripts', 1, linesOf('漢字', '한국어', 'ภาษาไทย', 'हिन्दी', 'العربية', 'Nguyễn', 'Хостинг')],
    ['with signs of XML in its metadata', 1, { seller: { ...printedContent(1).seller, name: 'Müller & <Söhne>' } }],
  ])('%s', async (_, lineCount, fields) => {
    expect(await violatedPdfARules(await archive(lineCount, fields))).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['6.1.2', '%PDF-1.7\n%\xff\xff\xff\xff', '%PDF-1.7\n%abcd'],
    ['6.1.3', '/ID [', '/IX ['],
    ['6.1.7', '/Length 2', '/Length 9'],
    ['6.2.3', '/S /GTS_PDFA1', '/S /GTS_PDFX1'],
    ['6.2.4', '/ViewerPreferences', '/DeviceCMYK       '],
    ['6.2.11.3', '/Encoding /Identity-H', '/Encoding /Identity-V'],
    ['6.2.11.4', '/FontFile2', '/FontFileX'],
    ['6.2.11.7', '/ToUnicode', '/ToUnicodX'],
    ['6.3', '/ViewerPreferences', '/OpenAction       '],
    ['6.6.2', '<xmp:CreatorTool>C', '<xmp:CreatorTool>K'],
    ['6.6.4', '<pdfaid:part>3', '<pdfaid:part>2'],
    ['6.7.2', '/Lang (de)', '/Lxng (de)'],
    ['6.8', '/Desc (Factur-X)', '/Dxsc (Factur-X)'],
    ['6.8 embedded files are associated', '/AF [', '/AX ['],
    ['Factur-X: one file', '/AFRelationship /Alternative', '/AFRelationship /Unspecified'],
    ['Factur-X: the metadata', '<fx:DocumentType>INVOICE', '<fx:DocumentType>INVOISE'],
  ])('the check of the rule %s fails for another PDF', async (rule, part, other) => {
    const raw = Buffer.from(await archive(1)).toString('latin1');
    expect(raw).toContain(part);
    const violated = await violatedPdfARules(Buffer.from(raw.replaceAll(part, other), 'latin1'));
    expect(violated.some((each) => each.startsWith(rule))).toBe(true);
  });
});
