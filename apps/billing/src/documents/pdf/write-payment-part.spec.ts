import { describe, expect, it } from '@jest/globals';
import { renderDocument } from './document-pdf.ts';
import { readPdfTexts, type PdfText } from '../../../test/pdf-texts.ts';
import { printedContent } from '../../../test/printed-content.ts';

const POINTS_PER_MM = 72 / 25.4;
/** The distance of a position from the left edge or from the bottom of the page, in millimetres. */
const mm = (points: number): number => points / POINTS_PER_MM;
const RECEIPT_WIDTH_MM = 62;
const PAYMENT_PART_HEIGHT_MM = 105;
/** The lowest baseline of the addresses of the receipt. The heading of the amount is 68 mm below the top. */
const LOWEST_ADDRESS_MM = PAYMENT_PART_HEIGHT_MM - 67;

const W = (count: number): string => 'W'.repeat(count);
const longestAddress = {
  name: W(70),
  street: W(70),
  buildingNumber: W(16),
  postalCode: W(16),
  town: W(35),
  country: 'DE',
};

const isInPaymentPart = ({ y }: PdfText): boolean => mm(y) < PAYMENT_PART_HEIGHT_MM;
const isInReceipt = (item: PdfText): boolean => isInPaymentPart(item) && mm(item.x) < RECEIPT_WIDTH_MM;

async function lastPageOf(content: ReturnType<typeof printedContent>): Promise<PdfText[]> {
  const items = readPdfTexts(await renderDocument(content));
  const lastPage = Math.max(...items.map(({ page }) => page));
  return items.filter(({ page }) => page === lastPage);
}

describe('the receipt and the payment part', () => {
  it.each([
    ['on the page of the lines', 1],
    ['on a page of their own', 18],
  ])('are black and in Liberation Sans %s', async (_place, lineCount) => {
    const texts = (await lastPageOf(printedContent(lineCount))).filter(isInPaymentPart);
    expect(texts.length).toBeGreaterThan(20);
    expect([...new Set(texts.map(({ colour }) => colour))]).toEqual(['#000000']);
    expect([...new Set(texts.map(({ font }) => font))].sort()).toEqual(['LiberationSans', 'LiberationSans-Bold']);
  });

  it.each([
    ['buyer', { buyer: longestAddress }],
    ['buyer and seller', { buyer: longestAddress, seller: { ...printedContent(1).seller, ...longestAddress } }],
  ])('leave currency and amount free for the longest address of the %s', async (_party, fields) => {
    const receipt = (await lastPageOf(printedContent(1, fields))).filter(isInReceipt);
    const addresses = receipt.filter(({ text }) => text.includes('WW'));
    expect(addresses.length).toBeGreaterThan(1);
    for (const { y } of addresses) expect(mm(y)).toBeGreaterThan(LOWEST_ADDRESS_MM);
  });

  it('have the streets when there is room', async () => {
    const receipt = (await lastPageOf(printedContent(1))).filter(isInReceipt).map(({ text }) => text);
    expect(receipt).toEqual(expect.arrayContaining(['Rue de la Gare 12', 'Bahnhofstrasse']));
  });
});
