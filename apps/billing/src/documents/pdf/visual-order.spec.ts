import { expect, test } from '@jest/globals';
import { directionOf, visualPieces } from './visual-order.ts';

/** The pieces from left to right; `<` marks a piece that is read from right to left. */
const order = (text: string): string[] =>
  visualPieces(text, directionOf(text)).map((piece) => `${piece.isRightToLeft ? '<' : ''}${piece.text}`);

test.each([
  ['Alpine Rescue', ['Alpine Rescue']],
  ['חברת אלפא', ['<אלפא', '< ', '<חברת']],
  ['شركة الجبل الأبيض', ['<الأبيض', '< ', '<الجبل', '< ', '<شركة']],
  ['חברת ABC אלפא', ['<אלפא', '< ', 'ABC', '< ', '<חברת']],
  ['Kosten: חברת אלפא, Zürich', ['Kosten: ', '<אלפא', '< ', '<חברת', ', Zürich']],
  // The font writes all characters of a right-to-left piece from right to left, also digits.
  ['رقم ١٢٣', ['<٣٢١', '< ', '<رقم']],
  ['A ١٢٣,٤٥ kg', ['A ', '<٣٢١', ',', '<٥٤', ' kg']],
  ['شماره ۱۲۳', ['<۳۲۱', '< ', '<شماره']],
  // The brackets are mirrored.
  ['(חברה)', ['<)חברה(']],
])('visualPieces divides %j', (text, expected) => {
  expect(order(text)).toEqual(expected);
});

test('a text starts on the side of its first letter', () => {
  expect(['Alpine חברת', 'חברת Alpine', '123 חברת', '…'].map(directionOf)).toEqual(['ltr', 'rtl', 'rtl', 'ltr']);
});
