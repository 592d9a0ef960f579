import * as z from 'zod';
import { command, event, query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Email, Instant, Locale, Name, text } from '../values.ts';
import { Password, passwordErrors, wrongPasswordErrors } from './account.ts';
import { DeviceToken } from './session.ts';

const accountId = idSchema('acc');
const passwordResetId = idSchema('pwr');
const exampleAccountId = 'acc_01je5nryg0fgz9y05x3mqpmjrg';
const exampleResetId = 'pwr_01je5nryg0fgz9y05x3mqpmjrg';

export const changePassword = command({
  subject: 'rpc.identity.password.change.v1',
  http: { method: 'POST', path: '/v1/me/password' },
  access: 'account',
  requiresRecentSignIn: true,
  summary: 'Change my password',
  description:
    'Ends all my other sessions and makes all my other devices unknown. This device stays known with the ' +
    '`deviceToken` of the response. API tokens stay valid. A mail tells me about the change.',
  input: z.object({ currentPassword: z.string().max(1024), newPassword: Password }),
  output: z.object({ deviceToken: DeviceToken }),
  errors: { ...wrongPasswordErrors, ...passwordErrors },
  hasSecretOutput: true,
  example: {
    input: { currentPassword: 'correct horse battery staple', newPassword: 'a bicycle below the old bridge' },
    output: { deviceToken: 'YWNjXzAx…' },
  },
});

export const requestPasswordReset = command({
  subject: 'rpc.identity.password_reset.request.v1',
  http: { method: 'POST', path: '/v1/password-resets', status: 202 },
  access: 'public',
  summary: 'Request a link to choose a new password',
  description:
    'If the address has an account, a mail with the link is sent. The response does not reveal whether the address ' +
    'has an account. After three requests within an hour for one address, no further mail is sent for some time.',
  input: z.object({ email: Email }),
  output: z.object({ status: z.literal('requested') }),
  errors: {
    PASSWORD_RESET_LIMITED: { status: 429, title: 'Too many links were requested from your network: wait' },
  },
  example: { input: { email: 'anna@example.ch' }, output: { status: 'requested' } },
});

export const confirmPasswordReset = command({
  subject: 'rpc.identity.password_reset.confirm.v1',
  http: { method: 'POST', path: '/v1/password-resets/confirm' },
  access: 'public',
  summary: 'Choose a new password with the token from the mail',
  description:
    'The token works once, for an hour, and only if no newer link was requested and the password has not changed. ' +
    'Ends all sessions and makes all other devices unknown. This device stays known with the `deviceToken` of the ' +
    'response. API tokens stay valid. A second factor stays: the next sign-in asks for its code. A mail tells the ' +
    'owner about the change.',
  input: z.object({ token: text(500).min(1), password: Password }),
  output: z.object({ deviceToken: DeviceToken }),
  errors: {
    PASSWORD_RESET_TOKEN_INVALID: { status: 422, title: 'The link is wrong, was used or has expired' },
    ...passwordErrors,
  },
  hasSecretOutput: true,
  example: {
    input: { token: 'cHdyXzAx…', password: 'a bicycle below the old bridge' },
    output: { deviceToken: 'YWNjXzAx…' },
  },
});

export const getPasswordResetMail = query({
  subject: 'rpc.identity.password_reset.get_mail.v1',
  access: 'service',
  callers: ['reminders'],
  summary: 'Get the content of the mail with the link to choose a new password',
  input: z.object({ passwordResetId }),
  output: z.object({ accountId, email: Email, name: Name, locale: Locale, token: z.string() }),
  errors: {
    PASSWORD_RESET_NOT_FOUND: {
      status: 404,
      title: 'The address has no account, or the link was used or replaced, or has expired',
    },
  },
  example: {
    input: { passwordResetId: exampleResetId },
    output: {
      accountId: exampleAccountId,
      email: 'anna@example.ch',
      name: 'Anna Keller',
      locale: 'de',
      token: 'cHdyXzAx…',
    },
  },
});

export const passwordResetRequested = event({
  subject: 'evt.identity.password_reset.requested.v1',
  summary: 'A link to choose a new password was requested, for an address with or without an account',
  entity: 'passwordResetId',
  data: z.object({ passwordResetId }),
  example: { passwordResetId: exampleResetId },
});

export const passwordChanged = event({
  subject: 'evt.identity.account.password_changed.v1',
  summary: 'A password was changed: by the signed-in person, or with a link from a mail',
  entity: 'accountId',
  data: z.object({ accountId, at: Instant, cause: z.enum(['changed', 'reset']) }),
  example: { accountId: exampleAccountId, at: '2026-01-31T09:00:00.000Z', cause: 'changed' },
});
