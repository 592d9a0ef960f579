import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { folderRole } from './folder-role.ts';
import { mailFlags } from './mail-flags.ts';
import { dedupKey } from './dedup-key.ts';

describe('the role of a folder', () => {
  it.each([
    ['INBOX', 'inbox'],
    ['Inbox', 'inbox'],
    ['Sent', 'sent'],
    ['Éléments envoyés', 'sent'],
    ['Entwürfe', 'drafts'],
    ['Archivio', 'archive'],
    ['Trash', 'trash'],
    ['Corbeille', 'trash'],
    ['Gelöschte Elemente', 'trash'],
    ['INBOX/Trash', 'trash'],
    ['INBOX.Papierkorb', 'trash'],
    ['[Gmail]/Spam', 'junk'],
    ['Courrier indésirable', 'junk'],
    ['Clients', ''],
    ['Clients/Spam', ''],
    ['INBOX/Clients', ''],
    ['INBOX/', ''],
    ['constructor', ''],
  ])('named %s is %j', (folder, role) => expect(folderRole(folder)).toBe(role));
});

describe('flags of a message', () => {
  it.each([
    [{}, false, false],
    [{ status: 'RO' }, false, false],
    [{ status: 'O' }, true, false],
    [{ status: '' }, true, false],
    [{ status: 'delivered', 'x-status': 'high priority' }, false, false],
    [{ status: 'ro', 'x-status': 'AF' }, false, true],
  ])('with headers %j: unread %s, starred %s', (headers, isUnread, isStarred) => {
    expect(mailFlags({ headers: Object.entries(headers).map(([name, value]) => ({ name, value })) })).toEqual({
      isUnread,
      isStarred,
    });
  });
});

describe('the dedup key of a message', () => {
  const lines = fc.array(
    fc.string({ unit: 'binary-ascii', maxLength: 20 }).map((line) => line.replaceAll(/[\r\n]/g, '')),
    { minLength: 1, maxLength: 8 },
  );
  const written = (each: readonly string[], end: string) => Buffer.from(each.join(end), 'latin1');

  it('does not depend on line ends and on empty lines at the end', () => {
    fc.assert(
      fc.property(lines, fc.nat(3), (each, more) => {
        const empty = Array<string>(more).fill('');
        expect(dedupKey(written([...each, ...empty], '\r\n'))).toBe(dedupKey(written(each, '\n')));
      }),
    );
  });

  it('differs for different texts', () => {
    fc.assert(
      fc.property(lines, lines, (left, right) => {
        const [one, other] = [left, right].map((each) => each.join('\n').replace(/\n+$/, ''));
        expect(dedupKey(written(left, '\r\n')) === dedupKey(written(right, '\n'))).toBe(one === other);
      }),
    );
  });
});
