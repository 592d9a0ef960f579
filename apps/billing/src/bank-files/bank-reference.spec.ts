import { expect, it } from '@jest/globals';
import { bankReference } from './bank-reference.ts';

it.each(['NONREF', 'notprovided', 'NOTAVAILABLE', '0', '0000', '', ' ', undefined])(
  'the placeholder %p is no reference (PAY-2)',
  (text) => {
    expect(bankReference(text)).toBeUndefined();
  },
);

it.each(['T1', '00012', 'NONREF-7'])('%p is a reference', (text) => {
  expect(bankReference(text)).toBe(text);
});
