import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DocumentId } from './billing/document.ts';
import { idSchema, newId, toId, toUuid } from './id.ts';

describe('ids', () => {
  it('are converted to their UUID and back', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        const id = toId('org', uuid);
        expect(toUuid(id)).toBe(uuid);
        expect(idSchema('org').parse(id)).toBe(id);
      }),
    );
  });

  it('are rejected with all allowed prefixes in the message when they are of another kind', () => {
    const { error } = DocumentId.safeParse('ord_01je5nryg0fgz9y05x3mqpmjrg');
    expect(error?.issues[0]?.message).toBe('must be an id that starts with pfm_, inv_, crn_');
  });

  it('sort by their creation time', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') }),
        fc.integer({ min: 1, max: 1e9 }),
        (at, laterMs) => {
          expect(newId('inv', at) < newId('inv', new Date(at.getTime() + laterMs))).toBe(true);
        },
      ),
    );
  });

  it('have version 7 and the variant of RFC 9562', () => {
    expect(toUuid(newId('acc', new Date('2026-01-01T00:00:00Z')))).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it.each([
    'inv_01jx',
    'org_8zzzzzzzzzzzzzzzzzzzzzzzzz',
    'ORG_0000000000000000000000000A',
    'org_0000000000000000000000000u',
    '',
  ])('are rejected when they are malformed or of another kind: %j', (text) => {
    expect(idSchema('org').safeParse(text).success).toBe(false);
  });
});
