import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import * as fc from 'fast-check';
import { arbitraryTree } from './arbitrary-tree.ts';
import { canonicalTree } from './canonical-tree.ts';
import { explainQuery } from './explain-query.ts';
import { formatQuery } from './format-query.ts';
import { parseQuery } from './parse-query.ts';
import { formTree, queryForm } from './query-form.ts';
import { formatSize, readSize } from './query-values.ts';
import { readQueryTree } from './read-query-tree.ts';

describe('readQueryTree', () => {
  it('accepts JMAP filters', () => {
    expect(readQueryTree({ from: 'jean', hasAttachment: false, minSize: 1_024 })).toEqual(
      parseQuery('from:jean -has:attachment larger:1K').tree,
    );
    expect(readQueryTree({ operator: 'NOT', conditions: [{ text: 'a' }, { text: 'b' }] })).toEqual(
      parseQuery('-(a OR b)').tree,
    );
    expect(readQueryTree({})).toEqual({ operator: 'AND', conditions: [] });
  });

  it.each<[unknown, string, string]>([
    [null, '/filter', 'FILTER_INVALID'],
    [[], '/filter', 'FILTER_INVALID'],
    [{ operator: 'XOR', conditions: [] }, '/filter/operator', 'OPERATOR_UNKNOWN'],
    [{ operator: 'OR', conditions: [] }, '/filter/conditions', 'CONDITIONS_MISSING'],
    [
      { operator: 'AND', conditions: [{ operator: 'AND', conditions: [] }] },
      '/filter/conditions/0/conditions',
      'CONDITIONS_MISSING',
    ],
    [{ operator: 'AND', conditions: [{ sender: 'x' }] }, '/filter/conditions/0/sender', 'FIELD_UNKNOWN'],
    [JSON.parse('{"__proto__": 1}'), '/filter/__proto__', 'FIELD_UNKNOWN'],
    [{ 'a/b': 1 }, '/filter/a~1b', 'FIELD_UNKNOWN'],
    [{ minSize: 1.5 }, '/filter/minSize', 'SIZE_INVALID'],
    [{ from: 5 }, '/filter/from', 'VALUE_INVALID'],
    [{ from: 'a\u0000' }, '/filter/from', 'VALUE_INVALID'],
    [{ header: ['a b'] }, '/filter/header', 'HEADER_INVALID'],
  ])('refuses %j', (json, pointer, code) => {
    expect(() => readQueryTree(json)).toThrow(DomainError);
    try {
      readQueryTree(json);
    } catch (error) {
      expect((error as DomainError).errors[0]).toMatchObject({ pointer, code });
    }
  });

  it('limits depth and width of the JSON', () => {
    let deep: unknown = { text: 'a' };
    for (let level = 0; level < 10_000; level += 1) deep = { operator: 'NOT', conditions: [deep] };
    expect(() => readQueryTree(deep)).toThrow(expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }));
    const wide = { operator: 'OR', conditions: Array.from({ length: 101 }, () => ({ text: 'a' })) };
    expect(() => readQueryTree(wide)).toThrow(expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }));
  });

  it('property: returns a canonical tree unchanged after a JSON round trip', () => {
    fc.assert(
      fc.property(arbitraryTree, (tree) => expect(readQueryTree(JSON.parse(JSON.stringify(tree)))).toEqual(tree)),
    );
  });
});

describe('canonicalTree', () => {
  it('property: does not change a canonical tree', () => {
    fc.assert(fc.property(arbitraryTree, (tree) => expect(canonicalTree(tree)).toEqual(tree)));
  });
});

describe('advanced form', () => {
  it('has values in its fields and the rest as words', () => {
    expect(queryForm(parseQuery('from:jean facture -to:x from:marie larger:1M').tree)).toEqual({
      from: 'jean',
      minSize: 1_048_576,
      words: 'facture -to:x from:marie',
    });
  });

  it('property: converts to the same tree except for the order of AND conditions', () => {
    fc.assert(
      fc.property(arbitraryTree, (tree) => {
        const form = queryForm(tree);
        expect(queryForm(formTree(form))).toEqual(form);
        const parts = (each: typeof tree) =>
          ('operator' in each && each.operator === 'AND' ? each.conditions : [each])
            .map((part) => JSON.stringify(part))
            .toSorted();
        expect(parts(formTree(form))).toEqual(parts(tree));
      }),
    );
  });
});

describe('sizes', () => {
  it('property: are read as they are written', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (bytes) => expect(readSize(formatSize(bytes)) ?? bytes).toBe(bytes)));
    expect(['2 GB', '10Mo', '1,5K', '7b', '1T', '-1', ''].map(readSize)).toEqual([
      2 * 1024 ** 3,
      10 * 1024 ** 2,
      1_536,
      7,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('explainQuery', () => {
  it.each([
    ['', 'everything'],
    ['a OR b c', '(“a” or “b”) and “c”'],
    ['a b OR c', '“a” and (“b” or “c”)'],
    [
      '-from:jean "bon de commande" fact*',
      'not from contains “jean” and the phrase “bon de commande” and words beginning with “fact”',
    ],
    [
      'larger:5M in:"Needs action" is:unread older_than:1m',
      '5M bytes or larger and in the folder “Needs action” and unread and older than 1 month',
    ],
    ['in:trash after:2026-01-01 kind:invoice', 'in trash and on or after 2026-01-01 and is an invoice'],
    [
      'in:anywhere has:attachment header:X-A=b',
      'in any folder, trash and junk included and has an attachment and header x-a contains “b”',
    ],
  ])('describes %s as %s', (source, line) => expect(explainQuery(parseQuery(source).tree)).toBe(line));

  it('property: describes each query in one line', () => {
    fc.assert(fc.property(arbitraryTree, (tree) => explainQuery(tree).length > 0 && formatQuery(tree).length > 0));
  });
});
