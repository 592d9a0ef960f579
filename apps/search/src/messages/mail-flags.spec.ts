import { describe, expect, it } from '@jest/globals';
import { mailFlags } from './mail-flags.ts';

describe('flags of a message', () => {
  it.each([
    [{}, false, false],
    [{ status: 'RO' }, false, false],
    [{ status: 'O' }, true, false],
    [{ status: '' }, true, false],
    [{ status: 'delivered', 'x-status': 'high priority' }, false, false],
    [{ status: 'ro', 'x-status': 'AF' }, false, true],
  ])('with the headers %j are isUnread: %s and isStarred: %s', (headers, isUnread, isStarred) => {
    expect(mailFlags({ headers: Object.entries(headers).map(([name, value]) => ({ name, value })) })).toEqual({
      isUnread,
      isStarred,
    });
  });
});
