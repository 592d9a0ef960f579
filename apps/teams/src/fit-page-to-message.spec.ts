import { expect, it } from '@jest/globals';
import { takeWithinBytes } from './fit-page-to-message.ts';

/** Takes rows with the given sizes in bytes. */
const takeRows = (limit: number, ...rowSizes: number[]) => takeWithinBytes(rowSizes, limit, (size) => size);

it('a page has the rows that fit into a message: at least one row, at most the limit', () => {
  expect(takeRows(3, 1, 2, 3, 4)).toEqual([1, 2, 3]);
  expect(takeRows(3, 1, 2)).toEqual([1, 2]);
  expect(takeRows(3)).toEqual([]);
  // The rows of a message have at most 2,000,000 bytes, except a single larger row.
  expect(takeRows(3, 1_500_000, 500_000, 1)).toEqual([1_500_000, 500_000]);
  expect(takeRows(3, 5_000_000, 1)).toEqual([5_000_000]);
});

it('a page with as many rows as the limit reads no further row', () => {
  const rows = function* () {
    yield* [1, 2];
    throw new Error('this row must not be read');
  };
  expect(takeWithinBytes(rows(), 2, () => 1)).toEqual([1, 2]);
});
