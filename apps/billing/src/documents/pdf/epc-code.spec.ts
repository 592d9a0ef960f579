import { expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import decodeQr from 'qr/decode.js';
import { readFilledSquares } from '../../../test/pdf-texts.ts';
import { printedContent } from '../../../test/printed-content.ts';
import { makeReference } from '../../payments/payment-reference.ts';
import type { DocumentContent } from './document-content.ts';
import { renderDocument } from './document-pdf.ts';
import { epcText } from './epc-code.ts';

const reference = makeReference('SCOR', 'invoice', 1);
const seller = { ...printedContent(1).seller, bic: 'POFICHBEXXX' };
const content = (fields: Partial<DocumentContent> = {}): DocumentContent =>
  printedContent(1, { seller, reference, openAmount: money(12_345, 'EUR'), ...fields });

it('the EPC code has the account, the amount and the reference of a SEPA transfer', () => {
  const account = ['POFICHBEXXX', 'Alpenhost SA', 'CH9300762011623852957'];
  expect(epcText(content())?.split('\n')).toEqual(['BCD', '002', '1', 'SCT', ...account, 'EUR123.45', '', reference]);
});

it.each([
  ['in another currency', { openAmount: money(12_345, 'CHF') }],
  ['with a QR reference, which foreign banks do not know', { reference: makeReference('QRR', 'invoice', 1) }],
  ['without a BIC', { seller: printedContent(1).seller }],
  ['without an open amount', { openAmount: money(0, 'EUR') }],
  ['that is paid', { kind: 'paid_invoice' }],
] as const)('a document %s has no EPC code', (_reason, fields) => {
  expect(epcText(content(fields))).toBeUndefined();
});

it('the EPC code on the page can be decoded', async () => {
  const squares = readFilledSquares(await renderDocument(content()));
  const size = Math.min(...squares.map((square) => square.size));
  // The modules of the code have the same size; four more modules on each side are the white border.
  const modules = squares.filter((square) => Math.abs(square.size - size) < 0.001);
  const [left, top] = [Math.min(...modules.map(({ x }) => x)), Math.min(...modules.map(({ y }) => y))];
  const sideOf = (position: number): number => Math.round(position / size) + 4;
  const side = Math.max(...modules.map(({ x }) => sideOf(x - left))) + 5;
  const scale = 4;
  const image = { width: side * scale, height: side * scale, data: new Uint8Array(4 * (side * scale) ** 2).fill(255) };
  for (const { x, y } of modules)
    for (let pixel = 0; pixel < scale * scale; pixel += 1) {
      const column = sideOf(x - left) * scale + (pixel % scale);
      const row = sideOf(y - top) * scale + Math.floor(pixel / scale);
      image.data.fill(0, 4 * (row * image.width + column), 4 * (row * image.width + column) + 3);
    }
  expect(decodeQr(image)).toBe(epcText(content()));
});
