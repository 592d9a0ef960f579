import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { folderRole } from './folder-role.ts';
import { mailMarks } from './mail-marks.ts';
import { sourceKey } from './source-key.ts';

describe('a folder', () => {
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
  ])('%s is for %j', (folder, role) => expect(folderRole(folder)).toBe(role));
});

describe('marks of a message', () => {
  it.each([
    [{}, false, false],
    [{ status: 'RO' }, false, false],
    [{ status: 'O' }, true, false],
    [{ status: '' }, true, false],
    [{ status: 'delivered', 'x-status': 'high priority' }, false, false],
    [{ status: 'ro', 'x-status': 'AF' }, false, true],
  ])('%j: unread %s, starred %s', (headers, isUnread, isStarred) => {
    expect(mailMarks({ headers: Object.entries(headers).map(([name, value]) => ({ name, value })) })).toEqual({
      isUnread,
      isStarred,
    });
  });
});

describe('the key of a message', () => {
  const lines = fc.array(
    fc.string({ unit: 'binary-ascii', maxLength: 20 }).map((line) => line.replaceAll(/[\r\n]/g, '')),
    { minLength: 1, maxLength: 8 },
  );
  const written = (each: readonly string[], end: string) => Buffer.from(each.join(end), 'latin1');

  it('is the same whatever ends its lines and however many empty ones follow', () => {
    fc.assert(
      fc.property(lines, fc.nat(3), (each, more) => {
        const empty = Array<string>(more).fill('');
        expect(sourceKey(written([...each, ...empty], '\r\n'))).toBe(sourceKey(written(each, '\n')));
      }),
    );
  });

  it('is another one for another text', () => {
    fc.assert(
      fc.property(lines, lines, (left, right) => {
        const [one, other] = [left, right].map((each) => each.join('\n').replace(/\n+$/, ''));
        expect(sourceKey(written(left, '\r\n')) === sourceKey(written(right, '\n'))).toBe(one === other);
      }),
    );
  });
});
