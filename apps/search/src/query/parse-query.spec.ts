import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import * as fc from 'fast-check';
import { arbitraryTree } from '../../test/arbitrary-tree.ts';
import { formatQuery } from './format-query.ts';
import { parseQuery } from './parse-query.ts';
import type { QueryTree } from './query-tree.ts';

const tree = (source: string) => parseQuery(source).tree;
const and = (...conditions: QueryTree[]): QueryTree => ({ operator: 'AND', conditions });
const or = (...conditions: QueryTree[]): QueryTree => ({ operator: 'OR', conditions });
const not = (condition: QueryTree): QueryTree => ({ operator: 'NOT', conditions: [condition] });

function refusal(source: string): DomainError {
  try {
    parseQuery(source);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error(`“${source}” was not refused`);
}

describe('operators (C-SRCH-04)', () => {
  it.each<[string, QueryTree]>([
    ['from:jean', { from: 'jean' }],
    ['FROM:jean', { from: 'jean' }],
    ['from: jean', { from: 'jean' }],
    ['to:@domaine.fr', { to: '@domaine.fr' }],
    ['cc:a@b.ch', { cc: 'a@b.ch' }],
    ['bcc:"Anne Martin"', { bcc: 'Anne Martin' }],
    ['subject:réunion', { subject: 'réunion' }],
    ['body:"bon de commande"', { body: 'bon de commande' }],
    ['filename:*.pdf', { filename: '.pdf' }],
    ['has:attachment', { hasAttachment: true }],
    ['larger:5M', { minSize: 5_242_880 }],
    ['smaller:1.5k', { maxSize: 1_536 }],
    ['larger:0', { minSize: 0 }],
    ['before:2026-03-31', { before: '2026-03-31' }],
    ['after:31.3.2026', { after: '2026-03-31' }],
    ['after:2026/3', { after: '2026-03-01' }],
    ['before:2026', { before: '2026-01-01' }],
    ['before:2026-01-01T00:00:00+01:00', { before: '2025-12-31T23:00:00.000Z' }],
    ['older_than:1y', { olderThan: '1y' }],
    ['newer_than:07d', { newerThan: '7d' }],
    ['in:"Needs action"', { inMailbox: 'Needs action' }],
    ['in:Spam', { inMailbox: 'junk' }],
    ['in:anywhere', { inMailbox: 'anywhere' }],
    ['is:unread', { notKeyword: '$seen' }],
    ['is:starred', { hasKeyword: '$flagged' }],
    ['list:annonces.exemple.ch', { list: 'annonces.exemple.ch' }],
    ['message-id:<a.b@c>', { messageId: 'a.b@c' }],
    ['header:X-Mailer', { header: ['x-mailer'] }],
    ['header:X-Mailer=Thunderbird', { header: ['x-mailer', 'Thunderbird'] }],
    ['header:X-Mailer:"Some Client"', { header: ['x-mailer', 'Some Client'] }],
    ['kind:invoice', { kind: 'invoice' }],
    ['kind:drive-folder', { kind: 'drive_folder' }],
  ])('are parsed: %s becomes the condition %j', (source, expected) => expect(tree(source)).toEqual(expected));
});

describe('words and structure', () => {
  it.each<[string, QueryTree]>([
    ['', and()],
    ['   ', and()],
    ["l'équipe", { text: "l'équipe" }],
    ['l’équipe', { text: 'l’équipe' }],
    ['@domaine.fr', { text: '@domaine.fr' }],
    ['nom.prenom@domaine.fr', { text: 'nom.prenom@domaine.fr' }],
    ['fact*', { text: 'fact*' }],
    ['12:30', { text: '12:30' }],
    ['https://exemple.ch/a?b=c', { text: 'https://exemple.ch/a?b=c' }],
    ['"from:x"', { text: 'from:x' }],
    [String.raw`"a \"b\" \\ c"`, { text: String.raw`a "b" \ c` }],
    ['“Needs action”', { text: 'Needs action' }],
    ['«bon de commande»', { text: 'bon de commande' }],
    ['or and not', and({ text: 'or' }, { text: 'and' }, { text: 'not' })],
    ['"OR"', { text: 'OR' }],
    ['a b', and({ text: 'a' }, { text: 'b' })],
    ['a AND b', and({ text: 'a' }, { text: 'b' })],
    ['a OR b', or({ text: 'a' }, { text: 'b' })],
    ['a OR b c', and(or({ text: 'a' }, { text: 'b' }), { text: 'c' })],
    ['c a OR b', and({ text: 'c' }, or({ text: 'a' }, { text: 'b' }))],
    ['a OR (b c)', or({ text: 'a' }, and({ text: 'b' }, { text: 'c' }))],
    ['-a', not({ text: 'a' })],
    ['-from:x b', and(not({ from: 'x' }), { text: 'b' })],
    ['NOT a', not({ text: 'a' })],
    ['--a', { text: 'a' }],
    ['-(a b)', not(and({ text: 'a' }, { text: 'b' }))],
    ['-"a b"', not({ text: 'a b' })],
    ['jean-pierre', { text: 'jean-pierre' }],
    ['((a))', { text: 'a' }],
    ['a (b c)', and({ text: 'a' }, { text: 'b' }, { text: 'c' })],
    ['from:(jean OR marie)', or({ from: 'jean' }, { from: 'marie' })],
    ['subject:(-a "b c")', and(not({ subject: 'a' }), { subject: 'b c' })],
    ['(a)(b)', and({ text: 'a' }, { text: 'b' })],
  ])('are parsed: %s becomes the tree %j', (source, expected) => expect(tree(source)).toEqual(expected));
});

describe('warnings', () => {
  it('suggest quotes if an unquoted word follows the value of an operator (C-SRCH-06)', () => {
    const { tree: parsedTree, warnings } = parseQuery('in:Needs action');
    expect(parsedTree).toEqual(and({ inMailbox: 'Needs' }, { text: 'action' }));
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'VALUE_UNQUOTED',
        position: 9,
        detail: expect.stringContaining('in:"Needs action"'),
      }),
    ]);
  });

  it.each([
    'in:"Needs action" x',
    'from:a@b.ch facture',
    'in:inbox -x',
    'in:inbox OR b',
    'is:unread facture',
    'in:inbox "b c"',
  ])('do not appear for %s', (source) => {
    expect(parseQuery(source).warnings).toEqual([]);
  });

  it('explain the precedence of OR (C-SRCH-07)', () => {
    expect(parseQuery('a OR b c').warnings).toEqual([
      expect.objectContaining({ code: 'OR_BINDS_TIGHTER', position: 2 }),
    ]);
    expect(parseQuery('(a OR b) c').warnings).toEqual([]);
  });

  it('show the punctuation that was ignored', () => {
    const { tree: parsedTree, warnings } = parseQuery('Dupont - facture');
    expect(parsedTree).toEqual(and({ text: 'Dupont' }, { text: 'facture' }));
    expect(warnings).toEqual([expect.objectContaining({ code: 'PUNCTUATION_IGNORED', position: 7 })]);
  });
});

describe('an invalid query', () => {
  it.each([
    ['x foo:bar', 'OPERATOR_UNKNOWN', 2],
    ['équipe:x', 'OPERATOR_UNKNOWN', 0],
    ['a constructor:x', 'OPERATOR_UNKNOWN', 2],
    ['a "b c', 'QUOTE_OPEN', 2],
    ['from:"b', 'QUOTE_OPEN', 5],
    ['(a b', 'PARENTHESIS_UNBALANCED', 0],
    ['a b)', 'PARENTHESIS_UNBALANCED', 3],
    ['from:(a', 'PARENTHESIS_UNBALANCED', 5],
    ['a ()', 'PARENTHESIS_EMPTY', 2],
    ['from:(a to:b)', 'OPERATOR_NESTED', 8],
    ['from:', 'VALUE_MISSING', 0],
    ['from: -x', 'VALUE_MISSING', 0],
    ['from: to:x', 'VALUE_MISSING', 0],
    ['(from:)', 'VALUE_MISSING', 1],
    ['from:""', 'VALUE_MISSING', 0],
    ['from : jean', 'OPERATOR_SPACED', 0],
    ['a OR', 'TERM_MISSING', 2],
    ['OR a', 'TERM_MISSING', 0],
    ['a OR OR b', 'TERM_MISSING', 2],
    ['AND a', 'TERM_MISSING', 0],
    ['a NOT', 'TERM_MISSING', 2],
    ['-', 'NOTHING_TO_SEARCH', 0],
    ['"..."', 'NOTHING_TO_SEARCH', 0],
    ['*x', 'WILDCARD_LEADING', 0],
    ['larger:big', 'SIZE_INVALID', 0],
    ['before:2026-02-30', 'DATE_INVALID', 0],
    ['older_than:0d', 'AGE_INVALID', 0],
    ['is:new', 'VALUE_UNKNOWN', 0],
    ['has:toString', 'VALUE_UNKNOWN', 0],
    ['kind:thing', 'KIND_UNKNOWN', 0],
    ['header:"a b=c"', 'HEADER_INVALID', 0],
    ['a \u0000b', 'VALUE_INVALID', 2],
  ])('such as %s is refused with %s at position %i', (source, code, position) => {
    const error = refusal(source);
    expect(error.code).toBe('QUERY_INVALID');
    expect(error.errors).toEqual([
      { pointer: '/q', code, detail: expect.stringMatching(new RegExp(`^At position ${position}: `)) },
    ]);
  });

  it('is refused above 2,000 characters, 100 terms or 20 nested levels', () => {
    const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`).join(' ');
    expect(() => tree(words(100))).not.toThrow();
    expect(refusal(words(101)).code).toBe('QUERY_TOO_COMPLEX');
    expect(refusal(`"${words(101)}"`).code).toBe('QUERY_TOO_COMPLEX');
    expect(refusal('x'.repeat(2_001)).code).toBe('QUERY_TOO_COMPLEX');
    expect(() => tree(`${'('.repeat(20)}a${')'.repeat(20)}`)).not.toThrow();
    expect(refusal(`${'('.repeat(21)}a${')'.repeat(21)}`).code).toBe('QUERY_TOO_COMPLEX');
    expect(refusal(`${'-'.repeat(1_000)}a`).code).toBe('QUERY_TOO_COMPLEX');
  });

  it('property: throws only domain errors, and a valid query keeps its tree when it is formatted and parsed', () => {
    const piece = fc.oneof(
      fc.constantFrom('(', ')', '"', '-', ' ', 'OR ', 'from:', 'in:', '“', 'header:a=', 'a', '*', '\\', ':'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const source = pieces.join('');
        let parsedTree: QueryTree;
        try {
          parsedTree = tree(source);
        } catch (error) {
          return error instanceof DomainError;
        }
        expect(tree(formatQuery(parsedTree))).toEqual(parsedTree);
        return true;
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('formatQuery and parseQuery', () => {
  it('property: a tree that is formatted and parsed does not change', () => {
    fc.assert(
      fc.property(arbitraryTree, (original) => expect(tree(formatQuery(original))).toEqual(original)),
      { numRuns: 2_000 },
    );
  });
});
