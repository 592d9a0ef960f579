import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldName } from './fold-name.ts';

describe('foldName', () => {
  it.each([
    ['Équipe', 'equipe'],
    ['ÉQUIPE', 'E\u0301quipe'],
    ['Straße', 'STRASSE'],
    ['İstanbul', 'istanbul'],
    ['ΟΔΟΣ', 'οδος'],
    ['Ｗｅｂ', 'web'],
    ['Café  du   Nord', 'cafe du nord'],
    ['Zürich', 'zurich'],
    ['We\u200Bb', 'Web'],
    ['\u202EWeb\uFEFF', 'W\u00ADeb'],
    ['Web \u2060 Nord\u3164', 'web nord'],
    ['ŁÓDŹ', 'łodz'],
    ['Łódź', 'lodz'],
    ['Øst Đà Ħal Ŧ ısı', 'ost da hal t isi'],
    ['ÆON Cœur Ǽ', 'aeon coeur ae'],
  ])('folds %s and %s to the same name', (one, other) => {
    expect(foldName(one)).toBe(foldName(other));
  });

  it.each([
    ['Web 1', 'Web 2'],
    ['Ost', 'West'],
    ['財務', '法務'],
    ['किला', 'कला'],
    ['กิน', 'กัน'],
  ])('folds %s and %s to different names', (one, other) => {
    expect(foldName(one)).not.toBe(foldName(other));
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => expect(foldName(foldName(name))).toBe(foldName(name))),
      { numRuns: 2_000 },
    );
  });

  it('ignores whether accents are composed or decomposed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) =>
        expect(foldName(name.normalize('NFD'))).toBe(foldName(name.normalize('NFC'))),
      ),
      { numRuns: 2_000 },
    );
  });

  it('ignores case in European alphabets', () => {
    const codePoints = (first: number, last: number): string[] =>
      Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));
    const letters = [...codePoints(0x20, 0x7e), ...codePoints(0xa0, 0x24f), ...codePoints(0x410, 0x45f)];
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...letters) }), (name) =>
        expect(foldName(name.toUpperCase())).toBe(foldName(name)),
      ),
      { numRuns: 2_000 },
    );
  });
});
