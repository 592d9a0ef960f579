import * as z from 'zod';
import { command, event, query, type ErrorDeclaration } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Country, Currency, Email, Instant, Locale, Name, text } from '../values.ts';

const accountId = idSchema('acc');

/**
 * The maximum length limits the cost of hashing. The schema rejects fewer than 8 characters with INPUT_INVALID. For
 * an account without a second factor, identity rejects fewer than 15 characters with PASSWORD_TOO_SHORT.
 */
export const Password = z
  .string()
  .min(8)
  .max(1024)
  .meta({
    description: 'At least 15 characters, or 8 for an account with a second factor',
    examples: ['correct horse battery staple'],
  });

/** The password of a new account, which has no second factor. Identity rejects 8 to 14 characters. */
export const NewAccountPassword = Password.meta({ description: 'At least 15 characters', minLength: 15 });

/** Errors of a password check. From the fifth wrong password on, each wrong password doubles the delay. */
export const wrongPasswordErrors = {
  PASSWORD_WRONG: { status: 422, title: 'The current password is wrong' },
  PASSWORD_LIMITED: { status: 429, title: 'Too many wrong passwords: wait' },
} as const satisfies Record<string, ErrorDeclaration>;

/** The errors of an operation that sets a password. */
export const passwordErrors = {
  PASSWORD_TOO_SHORT: { status: 422, title: 'The password needs at least 15 characters, or 8 with a second factor' },
  PASSWORD_TOO_COMMON: { status: 422, title: 'The password is on the list of common passwords' },
} as const satisfies Record<string, ErrorDeclaration>;

export const Account = z
  .object({ id: accountId, email: Email, name: Name, locale: Locale, isStaff: z.boolean(), createdAt: Instant })
  .meta({ id: 'Account', description: 'A person who can sign in' });

const exampleAccount = {
  id: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  email: 'anna@example.ch',
  name: 'Anna Keller',
  locale: 'de' as const,
  isStaff: false,
  createdAt: '2026-01-31T09:00:00.000Z',
};

export const requestSignUp = command({
  subject: 'rpc.identity.sign_up.request.v1',
  http: { method: 'POST', path: '/v1/sign-ups', status: 202 },
  access: 'public',
  summary: 'Sign up',
  description:
    'The response does not reveal whether the address has an account. The person confirms the sign-up with the link ' +
    'in a mail. After three requests within an hour for one address, no further mail is sent for some time.',
  input: z.object({
    email: Email,
    password: NewAccountPassword,
    name: Name,
    locale: Locale.default('en'),
    country: Country.default('CH'),
    currency: Currency.default('CHF'),
  }),
  output: z.object({ status: z.literal('confirmation_sent') }),
  errors: {
    ...passwordErrors,
    SIGN_UP_REQUEST_LIMITED: { status: 429, title: 'Too many sign-ups from your network: wait' },
  },
  example: {
    input: { email: 'anna@example.ch', password: 'correct horse battery staple', name: 'Anna Keller', locale: 'de' },
    output: { status: 'confirmation_sent' },
  },
});

export const confirmSignUp = command({
  subject: 'rpc.identity.sign_up.confirm.v1',
  http: { method: 'POST', path: '/v1/sign-ups/confirm' },
  access: 'public',
  summary: 'Confirm a sign-up with the token from the mail and the password of the sign-up',
  description:
    'Creates the account, and an organization whose legal representative is the account. The password must be ' +
    'the password of the sign-up to which the mail belongs, because somebody else may have signed up with the same ' +
    'address. A repeated call returns the same result.',
  input: z.object({ token: text(500).min(1), password: z.string().max(1024) }),
  output: z.object({ accountId, organizationId: idSchema('org') }),
  errors: {
    SIGN_UP_TOKEN_INVALID: { status: 422, title: 'The link is wrong or has expired, or the address has an account' },
    SIGN_UP_PASSWORD_WRONG: {
      status: 422,
      title: 'The password does not belong to this sign-up; each mail confirms one sign-up only',
    },
    SIGN_UP_LIMITED: { status: 429, title: 'Too many wrong passwords: wait' },
  },
  example: {
    input: { token: 'c2duXzAx…', password: 'correct horse battery staple' },
    output: { accountId: exampleAccount.id, organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg' },
  },
});

export const getMe = query({
  subject: 'rpc.identity.account.get_own.v1',
  http: { method: 'GET', path: '/v1/me' },
  access: 'account',
  summary: 'Get my account',
  input: z.object({}),
  output: Account,
  errors: {},
  example: { input: {}, output: exampleAccount },
});

/** The data of a person for a mail. Services query these data, because events never contain names and addresses. */
export const Recipient = z.object({ accountId, email: Email, name: Name, locale: Locale });

export const getRecipient = query({
  subject: 'rpc.identity.account.get_recipient.v1',
  access: 'service',
  callers: ['products', 'reminders'],
  summary: 'Get the address, name and language of an account',
  input: z.object({ accountId }),
  output: Recipient,
  errors: { ACCOUNT_NOT_FOUND: { status: 404, title: 'There is no such account' } },
  example: {
    input: { accountId: exampleAccount.id },
    output: { accountId: exampleAccount.id, email: exampleAccount.email, name: exampleAccount.name, locale: 'de' },
  },
});

export const getSignUpMail = query({
  subject: 'rpc.identity.sign_up.get_mail.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Get the content of the confirmation mail; `kind` is `account_exists` when the address has an account',
  input: z.object({ signUpId: idSchema('sgn') }),
  output: z.object({
    kind: z.enum(['confirm', 'account_exists']),
    email: Email,
    locale: Locale,
    token: z.string().nullable(),
  }),
  errors: { SIGN_UP_NOT_FOUND: { status: 404, title: 'There is no such sign-up' } },
  example: {
    input: { signUpId: 'sgn_01je5nryg0fgz9y05x3mqpmjrg' },
    output: { kind: 'confirm', email: 'anna@example.ch', locale: 'de', token: 'c2duXzAx…' },
  },
});

export const signUpRequested = event({
  subject: 'evt.identity.sign_up.requested.v1',
  summary: 'A person requested an account; the link in a mail confirms the request',
  entity: 'signUpId',
  data: z.object({ signUpId: idSchema('sgn') }),
  example: { signUpId: 'sgn_01je5nryg0fgz9y05x3mqpmjrg' },
});

export const passwordGuessingDetected = event({
  subject: 'evt.identity.account.password_guessing_detected.v1',
  summary: 'Many passwords for an account were rejected within an hour; at most one event per day and account',
  entity: 'accountId',
  data: z.object({ accountId, at: Instant, attempts: z.int().describe('Rejected passwords so far') }),
  example: { accountId: exampleAccount.id, at: '2026-01-31T09:00:00.000Z', attempts: 10 },
});

export const accountCreated = event({
  subject: 'evt.identity.account.created.v1',
  summary: 'An account was created',
  entity: 'accountId',
  data: z.object({ accountId }),
  example: { accountId: exampleAccount.id },
});
