import type { ReminderKind } from '../plan/reminder.ts';

/**
 * The kinds of mails to strangers: to an address that somebody typed and that its owner has not confirmed for the
 * sender. Their texts contain no free text of the sender except a `plainName`, and the requests that cause them are
 * limited.
 */
export const strangerKinds = [
  'sign_up_confirmation',
  'account_exists',
  'invitation',
  'transfer_offered',
  'document_delivery',
] as const satisfies readonly ReminderKind[];

export type StrangerKind = (typeof strangerKinds)[number];
