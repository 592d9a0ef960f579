import type { Contract } from '@cordee/contracts/contract';
import { requestSignUp } from '@cordee/contracts/identity/account';
import { inviteMember, resendInvitation } from '@cordee/contracts/identity/invitation';
import { requestPasswordReset } from '@cordee/contracts/identity/password';
import { offerTransfer } from '@cordee/contracts/products/transfer';
import { describe, expect, it } from '@jest/globals';
import { mailTexts } from './compose-mail.ts';
import { strangerKinds, type StrangerKind } from './stranger-kinds.ts';

/**
 * The placeholders that a mail to a stranger may have. A mail address is confirmed or the recipient's own; a name is
 * shortened and has no links (`plainName`); the other values are not free text.
 */
const ALLOWED_PLACEHOLDERS: Record<StrangerKind, readonly string[]> = {
  sign_up_confirmation: [],
  account_exists: [],
  invitation: ['inviter', 'organization', 'boundTo', 'role', 'expires'],
  transfer_offered: ['offerer', 'organization', 'product', 'expires'],
  document_delivery: ['documentKind', 'document', 'organization', 'productsEndOn', 'attachedFile'],
};
/** The kind of a document is translated; billing gives the number of a document. */
const ALLOWED_IN_SUBJECT: Partial<Record<StrangerKind, readonly string[]>> = {
  document_delivery: ['documentKind', 'document'],
};
/** The reminders service itself limits these mails per mailbox: later mails are delayed. */
const DELAYED_KINDS: readonly StrangerKind[] = ['document_delivery'];

/** The requests that cause mails to an address that the caller typed, and the error of their limit. */
const LIMITED_REQUESTS: [kind: StrangerKind | 'password_reset', request: Contract, error: string][] = [
  ['sign_up_confirmation', requestSignUp, 'SIGN_UP_REQUEST_LIMITED'],
  ['account_exists', requestSignUp, 'SIGN_UP_REQUEST_LIMITED'],
  ['invitation', inviteMember, 'INVITATION_LIMITED'],
  ['invitation', resendInvitation, 'INVITATION_LIMITED'],
  ['transfer_offered', offerTransfer, 'TRANSFER_MAILS_LIMITED'],
  ['password_reset', requestPasswordReset, 'PASSWORD_RESET_LIMITED'],
];

const placeholdersOf = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name!));

describe.each(strangerKinds)('the mail %s to a stranger', (kind) => {
  it.each(Object.entries(mailTexts))('has no free text of the sender in the language %s', (_, texts) => {
    const { subject, each = [], lines } = texts.kinds[kind];
    expect(placeholdersOf([subject])).toEqual(ALLOWED_IN_SUBJECT[kind] ?? []);
    expect(ALLOWED_PLACEHOLDERS[kind]).toEqual(expect.arrayContaining(placeholdersOf([...each, ...lines])));
  });

  it('is caused by a request with a limit, or is delayed', () => {
    expect([...LIMITED_REQUESTS.map(([limitedKind]) => limitedKind), ...DELAYED_KINDS]).toContain(kind);
  });
});

it.each(LIMITED_REQUESTS)(
  'the request that causes the mail %s declares the error of its limit',
  (_, { errors }, error) => {
    expect(errors[error]?.status).toBe(429);
  },
);
