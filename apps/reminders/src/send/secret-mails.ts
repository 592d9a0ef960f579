import type { Kind } from '../plan/reminder.ts';

const kindsWithSecretLink: readonly Kind[] = ['sign_up_confirmation', 'password_reset', 'invitation'];

/** True when mails of the kind contain a secret link. Such a mail is not stored after it is sent. */
export const hasSecretLink = (kind: Kind): boolean => kindsWithSecretLink.includes(kind);
