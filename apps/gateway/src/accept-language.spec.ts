import { describe, expect, it } from '@jest/globals';
import { Locale } from '@cordee/contracts/values';
import fc from 'fast-check';
import { chooseLanguage } from './accept-language.ts';

describe('the language of texts', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['fr', 'fr'],
    ['FR', 'fr'],
    ['fr-CH', 'fr'],
    ['de-Latn-CH-1996', 'de'],
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'fr'],
    ['en;q=0.3, de;q=0.9, it;q=0.5', 'de'],
    // Between equal qualities, the first range counts.
    ['it, es', 'it'],
    ['es;q=0.5,it;q=0.5', 'es'],
    // Languages without texts are skipped.
    ['pt-BR, rm;q=0.9, it;q=0.2', 'it'],
    ['pt', 'en'],
    ['frr', 'en'],
    ['*', 'en'],
    ['*;q=0', 'en'],
    // `*` accepts only languages that the header does not name.
    ['fr;q=0.5, *', 'en'],
    ['en;q=0.1, *;q=0.5', 'de'],
    ['en;q=0, de;q=0, *', 'fr'],
    ['fr;q=0.4, *;q=0.2', 'fr'],
    ['fr;q=0, de;q=0.1', 'de'],
    ['fr-CH, fr;q=0', 'en'],
    ['fr-CH;q=0, fr', 'fr'],
    ['fr-CH;q=0.2, de;q=0.5, fr;q=0.9', 'fr'],
    ['fr ; q=0.8 ,\tde ; Q=0.9', 'de'],
    ['fr;q=1.000', 'fr'],
    // Ranges that cannot be parsed are ignored.
    ['fr;q=2, de', 'de'],
    ['fr;q=0.1234, de;q=0.1', 'de'],
    ['fr;q=-1', 'en'],
    ['fr;level=1, it', 'it'],
    ['fr_CH, es', 'es'],
    [',,fr,,', 'fr'],
    ['français', 'en'],
    ['__proto__, constructor', 'en'],
  ])('for the header %j is %s', (header, language) => expect(chooseLanguage(header)).toBe(language));

  it('is one of the five languages, whatever the header is', () => {
    const part = fc.constantFrom('fr', 'de-CH', 'en', '*', ';q=', '0', '0.5', '1', ',', ' ', '-', ';');
    const header = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(fc.property(header, (value) => expect(Locale.options).toContain(chooseLanguage(value))));
  });
});
