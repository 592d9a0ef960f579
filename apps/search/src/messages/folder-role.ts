import { fold } from '../index/fold.ts';
import type { FolderRole } from '../query/query-tree.ts';

/** What mail programs call these folders in en, fr, de, it, es, folded. */
const NAMES: Record<FolderRole, readonly string[]> = {
  inbox: ['inbox', 'boite de reception', 'posteingang', 'posta in arrivo', 'bandeja de entrada'],
  sent: [
    'sent',
    'sent items',
    'sent messages',
    'sent mail',
    'envoyes',
    'elements envoyes',
    'messages envoyes',
    'gesendet',
    'gesendete elemente',
    'gesendete objekte',
    'inviati',
    'posta inviata',
    'enviados',
    'elementos enviados',
  ],
  drafts: ['drafts', 'draft', 'brouillons', 'entwurfe', 'bozze', 'borradores'],
  archive: ['archive', 'archives', 'archiv', 'archivio', 'archivo'],
  trash: [
    'trash',
    'bin',
    'deleted',
    'deleted items',
    'deleted messages',
    'corbeille',
    'elements supprimes',
    'papierkorb',
    'geloschte elemente',
    'geloschte objekte',
    'cestino',
    'posta eliminata',
    'papelera',
    'elementos eliminados',
  ],
  junk: [
    'junk',
    'spam',
    'junk e-mail',
    'junk email',
    'bulk mail',
    'pourriel',
    'pourriels',
    'courrier indesirable',
    'indesirables',
    'junk-e-mail',
    'werbung',
    'posta indesiderata',
    'correo no deseado',
  ],
};
const ROLES = new Map(
  Object.entries(NAMES).flatMap(([role, names]) => names.map((name) => [name, role as FolderRole] as const)),
);

/** Below these a folder is still one of the mailbox's own: `INBOX/Trash`, `[Gmail]/Spam`. */
const ROOTS = /^(?:inbox|\[gmail\]|\[google mail\])[/.](?=.)/;

/** What a folder is for, by its name; empty for one that somebody made for themselves (`Clients/Spam` too). */
export const folderRole = (folder: string): FolderRole | '' => ROLES.get(fold(folder.trim()).replace(ROOTS, '')) ?? '';
