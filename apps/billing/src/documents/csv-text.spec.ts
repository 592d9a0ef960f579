import { expect, test } from '@jest/globals';
import { csvText } from './csv-text.ts';

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

test.each(['Alpine Rescue', '', 'a=b', 'Müller & Söhne', '1+1', '\u200bAlpine', '東京'])(
  'csvText does not change %j',
  (value) => {
    expect(csvText(value)).toBe(value);
  },
);
