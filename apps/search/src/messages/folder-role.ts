import { fold } from '../index/fold.ts';
import type { FolderRole } from '../query/query-tree.ts';

/** The folded names that mail programs use for the folders of each role, in en, fr, de, it and es. */
const FOLDER_NAMES: Record<FolderRole, readonly string[]> = {
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
const ROLE_BY_NAME = new Map(
  Object.entries(FOLDER_NAMES).flatMap(([role, names]) => names.map((name) => [name, role as FolderRole] as const)),
);

/** Namespace prefixes of standard folders: `INBOX/Trash`, `[Gmail]/Spam`. */
const NAMESPACE_PREFIX = /^(?:inbox|\[gmail\]|\[google mail\])[/.](?=.)/;

/**
 * Returns the JMAP role of a folder by its name; empty for every other folder. `Clients/Spam` has no role, because
 * `Clients/` is not a namespace prefix: a user created the folder.
 */
export const folderRole = (folder: string): FolderRole | '' =>
  ROLE_BY_NAME.get(fold(folder.trim()).replace(NAMESPACE_PREFIX, '')) ?? '';
