import * as z from 'zod';
import { command, event, query, type ErrorDeclaration } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Email, Instant, page, pageErrors, pageInput, text } from '../values.ts';
import { wrongPasswordErrors } from './account.ts';
import { SecondFactorCode, tooManyWrongCodesErrors } from './second-factor.ts';

const sessionId = idSchema('ses');
/** Id of the session or API token from which an access token was created. */
const sessionOrTokenId = z.union([sessionId, idSchema('tok')]);
const exampleId = 'ses_01je5nryg0fgz9y05x3mqpmjrg';

export const SessionTokens = z
  .object({
    sessionId,
    accountId: idSchema('acc'),
    accessToken: z.string().describe('Bearer token (JWT, EdDSA), valid for ten minutes'),
    accessTokenExpiresAt: Instant,
    refreshToken: z.string().describe('Valid once; see POST /v1/sessions/refresh'),
  })
  .meta({ id: 'SessionTokens' });

const exampleTokens = {
  sessionId: exampleId,
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg',
  accessToken: 'eyJhbGciOiJFZERTQSJ9…',
  accessTokenExpiresAt: '2026-01-31T09:10:00.000Z',
  refreshToken: 'c2VzXzAx…',
};

/** A token that makes the device known to the account. */
export const DeviceToken = z
  .string()
  .describe('The device stores the token and sends it with the next sign-in. Valid until the password changes');

/** From the fifth wrong password on, each wrong password doubles the delay. */
export const tooManyWrongPasswordsErrors = {
  SIGN_IN_LIMITED: {
    status: 429,
    title: 'Too many wrong passwords: wait, or sign in on a device on which you have signed in before',
  },
} as const satisfies Record<string, ErrorDeclaration>;

export const createSession = command({
  subject: 'rpc.identity.session.create.v1',
  http: { method: 'POST', path: '/v1/sessions', status: 201 },
  access: 'public',
  callers: ['reminders'],
  summary: 'Sign in',
  description:
    'For an account with a second factor, the error SECOND_FACTOR_REQUIRED asks for a code: send address, password ' +
    'and code together. After several wrong passwords for one account or from one network, sign-ins to this account ' +
    'or from this network must wait. During this time, the right password is rejected too. Wrong passwords that ' +
    'were sent from elsewhere do not delay a device with a valid `deviceToken`.',
  input: z.object({
    email: Email,
    password: z.string().max(1024),
    deviceToken: text(500)
      .optional()
      .describe('`deviceToken` of an earlier sign-in on this device; an invalid token is ignored'),
    code: SecondFactorCode.optional().describe(
      'For accounts with a second factor: six digits of the authenticator, or a recovery code',
    ),
  }),
  output: SessionTokens.extend({ deviceToken: DeviceToken }).meta({ id: 'OpenedSession' }),
  errors: {
    SIGN_IN_FAILED: { status: 401, title: 'The address or the password is wrong' },
    ...tooManyWrongPasswordsErrors,
    SECOND_FACTOR_REQUIRED: { status: 401, title: 'The account has a second factor: a code is required too' },
    SIGN_IN_CODE_WRONG: { status: 401, title: 'The code is wrong or was used before' },
    ...tooManyWrongCodesErrors,
  },
  hasSecretOutput: true,
  example: {
    input: { email: 'anna@example.ch', password: 'correct horse battery staple' },
    output: { ...exampleTokens, deviceToken: 'YWNjXzAx…' },
  },
});

export const renewSignIn = command({
  subject: 'rpc.identity.session.renew_sign_in.v1',
  http: { method: 'POST', path: '/v1/me/sign-in' },
  access: 'account',
  summary: 'Sign in again in the current session',
  description:
    'Operations that change who can sign in or what a person may do require a sign-in within the last 10 minutes. ' +
    'Without such a sign-in, these operations return INSUFFICIENT_USER_AUTHENTICATION: ask for the password, call ' +
    'renewSignIn, and repeat the request with the new access token. For an account with a second factor, send a code ' +
    'too.',
  input: z.object({
    password: z.string().max(1024),
    code: SecondFactorCode.optional().describe(
      'For accounts with a second factor: six digits of the authenticator, or a recovery code',
    ),
  }),
  output: SessionTokens.pick({ accessToken: true, accessTokenExpiresAt: true }),
  errors: {
    ...wrongPasswordErrors,
    SECOND_FACTOR_REQUIRED: { status: 401, title: 'The account has a second factor: a code is required too' },
    SIGN_IN_CODE_WRONG: { status: 401, title: 'The code is wrong or was used before' },
    ...tooManyWrongCodesErrors,
  },
  hasSecretOutput: true,
  example: {
    input: { password: 'correct horse battery staple' },
    output: { accessToken: exampleTokens.accessToken, accessTokenExpiresAt: exampleTokens.accessTokenExpiresAt },
  },
});

export const refreshSession = command({
  subject: 'rpc.identity.session.refresh.v1',
  http: { method: 'POST', path: '/v1/sessions/refresh' },
  access: 'public',
  summary: 'Get a new access token',
  description:
    'The response contains a new refresh token. A repeat within 30 seconds returns the same new refresh token, so ' +
    'that concurrent requests and lost responses do no harm. A later repeat ends the session, because another party ' +
    'may have the refresh token. A refresh token whose successor was used ends the session as well.',
  input: z.object({ refreshToken: text(500).min(1) }),
  output: SessionTokens,
  errors: { REFRESH_TOKEN_INVALID: { status: 401, title: 'The refresh token is wrong, used or expired' } },
  hasSecretOutput: true,
  example: { input: { refreshToken: 'c2VzXzAx…' }, output: exampleTokens },
});

export const endSession = command({
  subject: 'rpc.identity.session.end.v1',
  http: { method: 'DELETE', path: '/v1/me/sessions/:sessionId', status: 204 },
  access: 'account',
  callers: ['reminders'],
  summary: 'End one of my sessions',
  input: z.object({ sessionId }),
  output: z.object({}),
  errors: { SESSION_NOT_FOUND: { status: 404, title: 'You have no such session' } },
  example: { input: { sessionId: exampleId }, output: {} },
});

export const Session = z
  .object({ id: sessionId, createdAt: Instant, lastUsedAt: Instant, isCurrent: z.boolean() })
  .meta({ id: 'Session', description: 'An open session' });

export const listSessions = query({
  subject: 'rpc.identity.session.list.v1',
  http: { method: 'GET', path: '/v1/me/sessions' },
  access: 'account',
  summary: 'List my open sessions, newest first',
  input: z.object(pageInput),
  output: page(Session),
  errors: pageErrors,
  example: {
    input: {},
    output: {
      data: [
        {
          id: exampleId,
          createdAt: '2026-01-31T09:00:00.000Z',
          lastUsedAt: '2026-01-31T09:05:00.000Z',
          isCurrent: true,
        },
      ],
      nextCursor: null,
    },
  },
});

export const listKeys = query({
  subject: 'rpc.identity.key.list.v1',
  http: { method: 'GET', path: '/.well-known/jwks.json' },
  access: 'public',
  summary: 'List the public keys for the verification of access tokens (JWKS)',
  input: z.object({}),
  output: z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) }),
  errors: {},
  example: {
    input: {},
    output: {
      keys: [
        { kty: 'OKP', kid: '2026-01', crv: 'Ed25519', alg: 'EdDSA', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
      ],
    },
  },
});

export const listEndedSessions = query({
  subject: 'rpc.identity.session.list_ended.v1',
  access: 'service',
  callers: 'every_service',
  isForAccess: true,
  summary: 'List the ended sessions and API tokens whose access tokens may not have expired yet',
  input: z.object({ cursor: sessionOrTokenId.optional().describe('`nextCursor` of the previous page') }),
  output: z.object({
    sessionIds: z.array(sessionOrTokenId).describe('At most 10,000'),
    nextCursor: sessionOrTokenId.nullable().describe('For the next page; null on the last page'),
  }),
  errors: {},
  example: { input: {}, output: { sessionIds: [exampleId], nextCursor: null } },
});

export const sessionEnded = event({
  subject: 'evt.identity.session.ended.v1',
  summary: 'A session ended: signed out, account blocked, refresh token reused, or password changed',
  entity: 'sessionId',
  invalidatesAccess: 'sessions',
  data: z.object({
    sessionId,
    accountId: idSchema('acc'),
    cause: z.enum(['signed_out', 'token_reused', 'account_blocked', 'password_changed']),
  }),
  example: { sessionId: exampleId, accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg', cause: 'signed_out' },
});
