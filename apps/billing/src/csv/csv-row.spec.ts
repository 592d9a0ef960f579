import { expect, test } from '@jest/globals';
import { decimalText, money } from '@cordee/money/money';
import { csvAmount, csvRow, csvText } from './csv-row.ts';

test.each([
  '=1+1',
  '+41 22 000 00 00',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\uff1d1+1',
  '\uff0b1',
  '\uff0d1',
  '\uff20A1',
  '\ufe66cmd',
  '\u22121',
  '\u200b=1+1',
  '\ufeff=1+1',
  '\u2060\u00ad=1+1',
  ' \u00a0=1+1',
  '\u200b\uff1d1+1',
])('csvText escapes %j', (value) => {
  expect(csvText(value)).toBe(`'${value}`);
});

test.each(['00123', '0012 34', '1234567890123456', '1e5', '12E34', ' 007'])(
  'csvText escapes %j, which a spreadsheet would change',
  (value) => {
    expect(csvText(value)).toBe(`'${value}`);
  },
);

test.each(['Alpine Rescue', '', 'a=b', 'Müller & Söhne', '1+1', '\u200bAlpine', '東京', '4711', '0', '0.5', 'PO 0042'])(
  'csvText does not change %j',
  (value) => {
    expect(csvText(value)).toBe(value);
  },
);

test('csvRow quotes separators of both formats, quotes and line ends', () => {
  expect(csvRow(['a', 'b,c', 'd;e', 'f"g', 'h\ni', ''], 'comma')).toBe('a,"b,c","d;e","f""g","h\ni",\r\n');
  expect(csvRow(['a', 'b'], 'semicolon_bom')).toBe('a;b\r\n');
});

test.each([0, 1, -1, 10, -99, 100, 12_345, -12_345, 99_999_999_999])('csvAmount writes %d as Money does', (amount) => {
  for (const currency of ['CHF', 'EUR'] as const)
    expect(csvAmount(amount, currency)).toBe(decimalText(money(amount, currency)));
});
