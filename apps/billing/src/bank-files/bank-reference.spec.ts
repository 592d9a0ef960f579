import { expect, it } from '@jest/globals';
import { readBankReference } from './bank-reference.ts';

it.each(['NONREF', 'notprovided', 'NOTAVAILABLE', '0', '0000', '', ' ', undefined])(
  'the reader of references returns undefined for the placeholder %p (PAY-2)',
  (text) => {
    expect(readBankReference(text)).toBeUndefined();
  },
);

it.each(['T1', '00012', 'NONREF-7'])('the reader of references returns the reference %p', (text) => {
  expect(readBankReference(text)).toBe(text);
});
