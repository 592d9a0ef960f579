import type { ReminderKind } from '../plan/reminder.ts';

const kindsWithSecretLink: readonly ReminderKind[] = ['sign_up_confirmation', 'password_reset', 'invitation'];

/** True when mails of the kind contain a secret link. Such a mail is not stored after it is sent. */
export const hasSecretLink = (kind: ReminderKind): boolean => kindsWithSecretLink.includes(kind);
