import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseQuery } from '../query/parse-query.ts';
import { highlightTerms } from './highlight-terms.ts';
import { highlightText, snippet } from './snippet.ts';

const terms = (query: string) => highlightTerms(parseQuery(query).tree, 'body');
const plainTextOf = (html: string) =>
  html
    .replaceAll(/<\/?mark>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('snippet (C-SRCH-12)', () => {
  it.each([
    ['La réunion du mardi', 'reunion', 'La <mark>réunion</mark> du mardi'],
    ['Les RE\u0301UNIONS', 'réunion', 'Les <mark>RE\u0301UNIONS</mark>'],
    ['İİİ İstanbul ok', 'istanbul', 'İİİ <mark>İstanbul</mark> ok'],
    ["vu l'équipe", "l'équipe", 'vu l&#39;<mark>équipe</mark>'],
    [
      '<b onclick="x">facture</b> & co',
      'facture',
      '&lt;b onclick=&quot;x&quot;&gt;<mark>facture</mark>&lt;/b&gt; &amp; co',
    ],
    ['un bon de commande, un bon', '"bon de commande"', 'un <mark>bon de commande</mark>, un bon'],
    ['factures et faits', 'fact*', '<mark>factures</mark> et faits'],
    ['a b', '-a b', 'a <mark>b</mark>'],
    ['écrire à nomprenom@domaine.fr', 'domaine.fr', 'écrire à nomprenom@<mark>domaine.fr</mark>'],
    ['請求書です', '請求書', '<mark>請求書</mark>です'],
    ['mark', '"<mark>"', '<mark>mark</mark>'],
  ])('of the text %s marks the words of the query %s', (text, query, html) =>
    expect(snippet(text, terms(query))).toBe(html),
  );

  it('of a long text contains the matches, has ellipses, and starts and ends between words', () => {
    const text = `${'avant '.repeat(200)}la facture de mars ${'apres '.repeat(200)}`;
    const html = snippet(text, terms('facture mars'));
    expect(html).toMatch(/^…avant .*la <mark>facture<\/mark> de <mark>mars<\/mark> apres.* ?apres…$/);
    expect(plainTextOf(html).length).toBeLessThan(170);
  });

  it('marks only the terms of the given field', () => {
    const tree = parseQuery('subject:alpha body:beta from:gamma').tree;
    expect(highlightText('alpha beta gamma', highlightTerms(tree, 'subject'))).toBe('<mark>alpha</mark> beta gamma');
    expect(highlightText('alpha beta gamma', highlightTerms(tree, 'body'))).toBe('alpha <mark>beta</mark> gamma');
  });

  it('contains no characters that reorder or hide text', () => {
    expect(snippet('a\u202eb\u0000c\nd', [])).toBe('abc d');
  });

  it('property: contains only balanced <mark> tags and escaped text', () => {
    const piece = fc.oneof(
      fc.constantFrom('<', '>', '&', '"', '</mark>', '<script>', ' mot ', 'é', 'e\u0301', '👩‍👩‍👧', 'İ'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 80 }), (pieces, length) => {
        const text = pieces.join('');
        const html = snippet(
          text,
          [
            { words: ['mot'], isPrefix: false },
            { words: ['script'], isPrefix: false },
          ],
          length,
        );
        expect(html.replaceAll(/<mark>[^<>]*<\/mark>/g, '')).not.toMatch(/[<>"']/);
        expect(html.isWellFormed()).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
