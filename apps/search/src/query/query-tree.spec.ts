import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { arbitraryTree } from '../../test/arbitrary-tree.ts';
import { canonicalTree } from './canonical-tree.ts';
import { explainQuery } from './explain-query.ts';
import { formatQuery } from './format-query.ts';
import { parseQuery } from './parse-query.ts';
import { formatSize, readSize } from './query-values.ts';

describe('canonicalTree', () => {
  it('property: does not change a canonical tree', () => {
    fc.assert(fc.property(arbitraryTree, (tree) => expect(canonicalTree(tree)).toEqual(tree)));
  });
});

describe('sizes', () => {
  it('property: are the same after they are written and read; units are powers of 1,024', () => {
    // `readSize` refuses a size of more than 12 digits, so such a size is not compared.
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

  it('property: and formatQuery return a text that is not empty for each query', () => {
    fc.assert(fc.property(arbitraryTree, (tree) => explainQuery(tree).length > 0 && formatQuery(tree).length > 0));
  });
});
