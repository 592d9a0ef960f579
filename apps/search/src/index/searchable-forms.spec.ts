import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { addressTokens, correspondentText } from './address-tokens.ts';
import { fold } from './fold.ts';
import { numberTokens } from './number-tokens.ts';
import { personPatterns } from './person-patterns.ts';
import { isSameStem } from './same-stem.ts';
import { findWords } from './search-words.ts';

const words = (text: string) => Array.from(findWords(text), (word) => word.folded);

describe('fold', () => {
  it.each([
    ['Réunion', 'reunion'],
    ['re\u0301union', 'reunion'],
    ['İSTANBUL', 'istanbul'],
    ['ıstanbul', 'istanbul'],
    ['Straße', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['Œuvre', 'oeuvre'],
    ['ﬁn', 'fin'],
    ['Ｆａｃｔｕｒｅ', 'facture'],
    ['Łódź', 'lodz'],
    ['ΣΟΦΟΣ', fold('σοφός')],
    ['co\u00adop\u200bérer', 'cooperer'],
    ['\u1112\u1161\u11ab', '한'],
    ['が', 'か\u3099'.normalize('NFC')],
  ])('folds %s to %s', (text, folded) => expect(fold(text)).toBe(folded));

  it('property: is idempotent and does not depend on Unicode composition', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
        expect(fold(text.normalize('NFD'))).toBe(fold(text.normalize('NFC')));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('findWords', () => {
  it.each([
    ["l'équipe de France", ['l', 'equipe', 'de', 'france']],
    ['nom.prenom@domaine.fr', ['nom', 'prenom', 'domaine', 'fr']],
    ['FA-2026-001', ['fa', '2026', '001']],
    ['請求書です', ['請', '求', '書', 'て\u3099'.normalize('NFC'), 'す']],
    ['ok 🎉 fête', ['ok', '🎉', 'fete']],
    ['— … !', []],
  ])('splits %s into %j', (text, expected) => expect(words(text)).toEqual(expected));

  it('returns offsets in the original text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        for (const word of findWords(text)) expect(text.slice(word.start, word.end)).toBe(word.text);
      }),
    );
  });
});

describe('addresses', () => {
  it('have their parts as tokens (C-SRCH-03)', () => {
    expect(addressTokens('NomPrenom@Domaine.fr')).toEqual(['nomprenom@domaine.fr', 'nomprenom', 'domaine.fr']);
    expect(addressTokens('jean.dupont+shop@mail.domaine.fr')).toEqual([
      'jean.dupont+shop@mail.domaine.fr',
      'jean.dupont+shop',
      'jean.dupont',
      'jeandupont',
      'mail.domaine.fr',
      'domaine.fr',
    ]);
    expect(addressTokens('a@xn--zrich-kva.ch')).toContain('zurich.ch');
    expect(addressTokens('matmail')).toEqual(['matmail']);
    expect(addressTokens(' ')).toEqual([]);
  });

  it('and names are found by every part that a user types; a short part is found only at the start of a word', () => {
    // A part is short when it has fewer than three characters.
    const text = correspondentText([{ name: 'Dupont, Éric', address: 'eric.dupont@mail.domaine.fr' }]);
    /** Compares without the `%` at both ends of the pattern. */
    const isFound = (typed: string) =>
      personPatterns(typed).some((pattern) => text.includes(pattern.slice(1, -1).replaceAll('\\', '')));
    for (const typed of [
      'domaine.fr',
      '@mail.domaine.fr',
      'eric',
      'ÉRIC',
      'Dupont Eric',
      'Dupont, Éric',
      'ericdupont',
      'upon',
      'er',
      'eric.dupont@mail.domaine.fr',
      '<eric.dupont@mail.domaine.fr>',
    ]) {
      expect([typed, isFound(typed)]).toEqual([typed, true]);
    }
    for (const typed of ['autre.fr', 'po', 'Eric Dupont x']) expect([typed, isFound(typed)]).toEqual([typed, false]);
  });

  it('are not matched by wildcards that a user typed: the patterns escape them', () => {
    expect(personPatterns('a_%\\b')[0]).toBe('%a\\_\\%\\\\b%');
  });
});

describe('numberTokens', () => {
  it.each([
    ['Facture FA-2026-001 du 3', 'fa2026001'],
    ["CHF 1'994.75", '199475'],
    ['1994.75', '199475'],
    ['21 00000 00003 13947 14300 09017', '210000000003139471430009017'],
    ['079 123 45 67', '0791234567'],
    ['CH93 0076 2011 6238 5295 7', 'ch9300762011623852957'],
  ])('of %s contain %s', (text, token) => expect(numberTokens(text)).toContain(token));

  it('are fast on hostile input', () => {
    const startedAt = performance.now();
    for (const text of [
      '1.'.repeat(50_000),
      'a-'.repeat(50_000),
      '1 '.repeat(50_000),
      'é'.repeat(100_000),
      `AB12${' A'.repeat(50_000)}`,
    ])
      numberTokens(text);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('isSameStem', () => {
  it.each([
    ['reunion', 'reunions', true],
    ['payer', 'payee', true],
    ['rechnung', 'rechnungen', true],
    ['fattura', 'fatture', true],
    ['factura', 'facturas', true],
    ['invoice', 'invoices', true],
    ['facture', 'facteur', false],
    ['mars', 'marteau', false],
    ['le', 'les', false],
  ])('for %s and %s is %s', (left, right, isSame) => expect(isSameStem(left, right)).toBe(isSame));
});
