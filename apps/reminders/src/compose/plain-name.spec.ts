import { expect, it } from '@jest/globals';
import { plainName } from './plain-name.ts';

it.each([
  ['Alpine Rescue', 'Alpine Rescue'],
  ['St. Gallen Tourismus & Co.', 'St. Gallen Tourismus & Co.'],
  ['You have won https://evil.example/prize', 'You have won https evil example prize'],
  ['evil.example', 'evil example'],
  ['1.2.3.4', '1 2 3 4'],
  ['write to win@evil.example', 'write to win evil example'],
  ['evil．example', 'evil example'],
  ['evil。example', 'evil example'],
  ['<a href=x>win</a>', 'a href=x win a'],
  ['one\r\n\u202etwo', 'one two'],
  ['://', undefined],
])('the name %j is shown as %j', (name, shown) => {
  expect(plainName(name)).toBe(shown);
});

it('a long name is cut after 60 characters', () => {
  expect(plainName('é'.repeat(255))).toBe('é'.repeat(60));
});
