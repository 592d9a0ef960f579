import { expect, it } from '@jest/globals';
import { writePainFile } from './pain-001.ts';

it('a payment file has the exact sum of amounts in currencies with 0, 2 and 3 decimals', () => {
  const debitedIban = 'CH9300762011623852957';
  const payment = { debitedIban, creditorName: 'Anna', creditorIban: 'CH5604835012345678009', text: 'Refund' };
  const xml = writePainFile({
    messageId: 'M1',
    createdAt: new Date('2026-01-31T09:00:00Z'),
    executeOn: '2026-02-02',
    sellerName: 'Alpenhost SA',
    payments: [
      { ...payment, endToEndId: 'E1', amount: 9_007_199_254_740_991, currency: 'CHF' },
      { ...payment, endToEndId: 'E2', amount: 1, currency: 'KWD' },
      { ...payment, endToEndId: 'E3', amount: 3, currency: 'JPY' },
    ],
  });
  expect(xml.match(/<CtrlSum>.*?<\/CtrlSum>/g)).toEqual([
    '<CtrlSum>90071992547412.911</CtrlSum>',
    '<CtrlSum>90071992547409.91</CtrlSum>',
    '<CtrlSum>3</CtrlSum>',
    '<CtrlSum>0.001</CtrlSum>',
  ]);
});
