import { expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { printedContent } from '../../../test/printed-content.ts';
import { makeReference } from '../../payments/payment-reference.ts';
import type { DocumentContent } from './document-content.ts';
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
