import { createCanvas } from '@napi-rs/canvas';
import { afterAll, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { renderPage, type PageImage } from '../../test/page-image.ts';
import { printedContent } from '../../test/printed-content.ts';
import { violatedPdfARules } from '../../test/pdf-a-rules.ts';
import { renderDocument } from '../documents/pdf/document-pdf.ts';
import { renderReceipt } from '../receipts/receipt-pdf.ts';
import { readSellerLogo, type SellerLogo } from './seller-logo.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'logo-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const RED = [255, 0, 0];
/** A red rectangle; when it is transparent, only its right half is red. */
function drawing(width: number, height: number, isTransparent = false) {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = 'rgb(255, 0, 0)';
  context.fillRect(isTransparent ? width / 2 : 0, 0, width, height);
  return canvas;
}
const png = drawing(300, 100).toBuffer('image/png');
const transparentPng = drawing(300, 100, true).toBuffer('image/png');
const jpeg = drawing(300, 100).toBuffer('image/jpeg', 95);

function fileOf(bytes: Uint8Array): string {
  const file = path.join(folder, 'logo');
  fs.writeFileSync(file, bytes);
  return file;
}
const logoOf = (bytes: Uint8Array): SellerLogo => {
  const logo = readSellerLogo(fileOf(bytes));
  if (typeof logo === 'string') throw new Error(logo);
  return logo;
};

const changed = (bytes: Uint8Array, offset: number, value = bytes[offset]! ^ 0xff): Uint8Array => {
  const copy = Buffer.from(bytes);
  copy[offset] = value;
  return copy;
};
/** Changes the number of components of the frame of a JPEG. */
const withComponents = (bytes: Buffer, count: number): Uint8Array =>
  changed(bytes, bytes.indexOf('ffc0', 'hex') + 9, count);
/** A PNG whose compressed pixels end too early; its checksums are right. */
function withCutPixels(bytes: Buffer): Uint8Array {
  const start = bytes.indexOf('IDAT');
  const data = deflateSync(Buffer.alloc(100)).subarray(0, 5);
  const chunk = Buffer.concat([Buffer.from('IDAT'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(chunk));
  return Buffer.concat([bytes.subarray(0, start - 4), length, chunk, sum, bytes.subarray(bytes.indexOf('IEND') - 4)]);
}

describe('the logo of the seller', () => {
  it.each([
    ['a PNG', png],
    ['a transparent PNG', transparentPng],
    ['a JPEG', jpeg],
  ])('can be %s', (_, bytes) => {
    expect(Buffer.from(logoOf(bytes).bytes).equals(bytes)).toBe(true);
  });

  it.each<[string, Uint8Array, string]>([
    ['another file', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'is neither PNG nor JPEG'],
    ['an empty file', Buffer.alloc(0), 'is neither PNG nor JPEG'],
    ['a PNG with a wrong signature', changed(png, 0), 'is not a valid PNG'],
    ['a PNG with a wrong checksum', changed(png, 30), 'is not a valid PNG'],
    ['a PNG whose pixels end too early', withCutPixels(png), 'is not a valid PNG'],
    ['a PNG that ends too early', png.subarray(0, png.length - 12), 'is not a valid PNG'],
    ['a JPEG that ends too early', jpeg.subarray(0, jpeg.length - 2), 'is neither PNG nor JPEG'],
    ['a JPEG in CMYK', withComponents(jpeg, 4), 'must be grey or RGB, not CMYK'],
    ['too many pixels', drawing(1_000, 501).toBuffer('image/png'), 'has more than 500000 pixels'],
    ['too many bytes', Buffer.concat([png, Buffer.alloc(256 * 1024)]), 'has more than 256 KiB'],
  ])('cannot be %s', (_, bytes, problem) => {
    expect(readSellerLogo(fileOf(bytes))).toBe(`${path.join(folder, 'logo')} ${problem}`);
  });

  it('must exist', () => {
    expect(readSellerLogo(path.join(folder, 'none.png'))).toBe(
      `${path.join(folder, 'none.png')} cannot be read (ENOENT)`,
    );
  });
});

const POINTS_PER_INCH = 72;
/** Returns the colour at a position in points. */
function colourAt({ data, width }: PageImage, x: number, y: number): number[] {
  const offset = 4 * (Math.round(y) * width + Math.round(x));
  return [...data.subarray(offset, offset + 3)];
}
const pageOf = (pdf: Uint8Array): Promise<PageImage> => renderPage(pdf, { dpi: POINTS_PER_INCH });
const receipt = {
  kind: 'receipt',
  language: 'de',
  number: 'RCT-2026-000001',
  issuedOn: '2026-02-01',
  valuedOn: '2026-01-31',
  reversal: null,
  method: 'bank_transfer',
  amount: printedContent(1).openAmount,
  seller: printedContent(1).seller,
  buyer: { name: 'Müller AG' },
} as const;

describe('a document with a logo', () => {
  it.each([
    ['PNG', png],
    ['transparent PNG', transparentPng],
    ['JPEG', jpeg],
  ])('has the %s above the address, and the same bytes each time', async (_, bytes) => {
    const logo = logoOf(bytes);
    const pdf = await renderDocument(printedContent(1), logo);
    expect(Buffer.compare(pdf, await renderDocument(printedContent(1), logo))).toBe(0);
    const page = await pageOf(pdf);
    // The logo is 174 points wide and 58 high, at the right margin of 539 points.
    const red = colourAt(page, 500, 85);
    for (const [index, value] of RED.entries()) expect(Math.abs(red[index]! - value)).toBeLessThan(6);
    expect(colourAt(page, 545, 85)).toEqual([255, 255, 255]);
    expect(colourAt(page, 500, 52)).toEqual([255, 255, 255]);
    expect(colourAt(page, 500, 118)).toEqual([255, 255, 255]);
    if (bytes === transparentPng) expect(colourAt(page, 400, 85)).toEqual([255, 255, 255]);
  });

  it.each([
    ['high', drawing(50, 500)],
    ['wide', drawing(1_000, 20)],
    ['small', drawing(2, 2)],
  ])('keeps a %s logo in its place', async (_, canvas) => {
    const page = await pageOf(await renderDocument(printedContent(1), logoOf(canvas.toBuffer('image/png'))));
    const isRed = (x: number, y: number): boolean => colourAt(page, x, y)[1]! < 10;
    const columns = Array.from({ length: page.width }, (__, x) => x);
    const rows = Array.from({ length: page.height }, (__, y) => y);
    const redRows = rows.filter((y) => isRed(535, y));
    const redColumns = columns.filter((x) => isRed(x, 85));
    expect(redRows.length).toBeGreaterThan(2);
    expect([redRows[0]! >= 56, redRows.at(-1)! <= 114]).toEqual([true, true]);
    expect([redColumns[0]! >= 333, redColumns.at(-1)! <= 539]).toEqual([true, true]);
  });

  it('is a Figure with the name of the seller for people who do not see it, and also a PDF/A-3', async () => {
    const content = { ...printedContent(1), attachedInvoice: '<CrossIndustryInvoice/>' };
    for (const bytes of [png, transparentPng, jpeg]) {
      const pdf = await renderDocument(content, logoOf(bytes));
      expect(Buffer.from(pdf).toString('latin1')).toContain('/Alt (Alpenhost SA)');
      expect(await violatedPdfARules(pdf)).toEqual([]);
    }
  });

  it('can be a receipt', async () => {
    const page = await pageOf(await renderReceipt(receipt, logoOf(png)));
    expect(colourAt(page, 500, 85)).toEqual(RED);
    expect(colourAt(await pageOf(await renderReceipt(receipt)), 500, 85)).toEqual([255, 255, 255]);
  });
});
