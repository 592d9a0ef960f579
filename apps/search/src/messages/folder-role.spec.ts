import { describe, expect, it } from '@jest/globals';
import { folderRole } from './folder-role.ts';

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
  ])('with the name %s is %j', (folder, role) => expect(folderRole(folder)).toBe(role));
});
