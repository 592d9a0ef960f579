import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import * as fc from 'fast-check';
import { compareResults, readSearchCursor, writeSearchCursor, type ResultKey } from './search-cursor.ts';

const arbitraryInstant = fc.option(
  fc
    .date({ min: new Date('1970-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  { nil: null },
);
const arbitraryKey: fc.Arbitrary<ResultKey> = fc.record({ at: arbitraryInstant, id: fc.uuid() });
/** Organization, query and kind. */
const searchIdentity = ['org_01je5nryg0fgz9y05x3mqpmjrg', 'from:ben', ''];

describe('the order of results', () => {
  it('puts results without a date first, then the newest results; equal dates by descending id', () => {
    const keys = [
      { at: '2026-01-02T00:00:00.000Z', id: 'a' },
      { at: null, id: 'a' },
      { at: '2026-01-03T00:00:00.000Z', id: 'a' },
      { at: null, id: 'b' },
      { at: '2026-01-02T00:00:00.000Z', id: 'b' },
    ];
    // Each result is written as the day of its date and its id.
    expect(keys.toSorted(compareResults).map(({ at, id }) => `${at?.slice(8, 10) ?? ''}${id}`)).toEqual([
      'b',
      'a',
      '03a',
      '02b',
      '02a',
    ]);
  });

  it('property: is a total order', () => {
    fc.assert(
      fc.property(arbitraryKey, arbitraryKey, arbitraryKey, (first, second, third) => {
        expect(Math.sign(compareResults(first, second)) + Math.sign(compareResults(second, first))).toBe(0);
        if (compareResults(first, second) <= 0 && compareResults(second, third) <= 0)
          expect(compareResults(first, third)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('a cursor', () => {
  it('returns the last result and the time of the first page when it is read, and has at most 500 characters', () => {
    fc.assert(
      fc.property(arbitraryKey, (after) => {
        const cursor = { after, startedAt: '2026-03-20T12:00:00.000Z' };
        const written = writeSearchCursor(cursor, searchIdentity);
        expect(written.length).toBeLessThanOrEqual(500);
        expect(readSearchCursor(written, searchIdentity)).toEqual(cursor);
      }),
    );
  });

  it('is refused for another query, another kind and another organization', () => {
    const written = writeSearchCursor(
      { after: { at: null, id: '0193f8a0-0000-7000-8000-000000000000' }, startedAt: '2026-03-20T12:00:00.000Z' },
      searchIdentity,
    );
    for (const otherIdentity of [
      [searchIdentity[0]!, 'from:anna', ''],
      [searchIdentity[0]!, 'from:ben', 'message'],
      ['org_01je5nryg0fgz9y05x3mqpmjrh', 'from:ben', ''],
    ]) {
      expect(() => readSearchCursor(written, otherIdentity)).toThrow(new DomainError('CURSOR_INVALID'));
    }
  });

  it('is refused when it is malformed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (text) => {
          expect(() => readSearchCursor(text, searchIdentity)).toThrow(new DomainError('CURSOR_INVALID'));
        },
      ),
    );
  });
});
