import * as z from 'zod';
import { command, event, query, type ErrorDeclaration } from '../contract.ts';
import { idSchema } from '../id.ts';
import { lastLegalRepresentativeErrors } from './member.ts';
import { Instant, text } from '../values.ts';

const accountId = idSchema('acc');
const exampleAccountId = 'acc_01je5nryg0fgz9y05x3mqpmjrg';

export const SecondFactorCode = text(50)
  .min(1)
  .meta({ description: 'Six digits of the authenticator, or a recovery code', examples: ['287082'] });

const RecoveryCodes = z.array(z.string()).describe('Ten codes, each valid once, shown in this response only');
const exampleCodes = ['7k2m-9qxd-0h4t-w8ea', 'n3vp-51cz-8rgj-y6bs'];

const noSecondFactorErrors = {
  SECOND_FACTOR_MISSING: { status: 409, title: 'You have no second factor' },
} as const satisfies Record<string, ErrorDeclaration>;
const secondFactorExistsErrors = {
  SECOND_FACTOR_EXISTS: { status: 409, title: 'You have a second factor; remove it first' },
} as const satisfies Record<string, ErrorDeclaration>;
/** From the fifth wrong code on, each wrong code doubles the delay before six digits are checked again. */
export const tooManyWrongCodesErrors = {
  SECOND_FACTOR_LIMITED: { status: 429, title: 'Too many wrong codes: wait, or use a recovery code' },
} as const satisfies Record<string, ErrorDeclaration>;
const codeErrors = {
  SECOND_FACTOR_WRONG: { status: 422, title: 'The code is wrong or was used before' },
  ...tooManyWrongCodesErrors,
} as const satisfies Record<string, ErrorDeclaration>;

export const getSecondFactor = query({
  subject: 'rpc.identity.second_factor.get.v1',
  http: { method: 'GET', path: '/v1/me/second-factor' },
  access: 'account',
  summary: 'Get the status of my second factor',
  input: z.object({}),
  output: z.object({
    isSetUp: z.boolean(),
    setUpAt: Instant.nullable(),
    recoveryCodesLeft: z.int().describe('Number of unused recovery codes'),
  }),
  errors: {},
  example: { input: {}, output: { isSetUp: true, setUpAt: '2026-01-31T09:00:00.000Z', recoveryCodesLeft: 10 } },
});

export const startSecondFactor = command({
  subject: 'rpc.identity.second_factor.start.v1',
  http: { method: 'POST', path: '/v1/me/second-factor' },
  access: 'account',
  requiresRecentSignIn: true,
  summary: 'Start the set-up of a second factor',
  description:
    'The second factor takes effect when you confirm a code within an hour. A repeated call creates a new secret and ' +
    'invalidates the previous secret.',
  input: z.object({}),
  output: z.object({
    secret: z.string().describe('Secret for an authenticator (RFC 6238), in Base32'),
    uri: z.string().describe('The secret as an otpauth URI, for a QR code'),
  }),
  errors: secondFactorExistsErrors,
  hasSecretOutput: true,
  example: {
    input: {},
    output: {
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      uri:
        'otpauth://totp/Cord%C3%A9e:anna%40example.ch?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' +
        '&issuer=Cord%C3%A9e&algorithm=SHA1&digits=6&period=30',
    },
  },
});

export const confirmSecondFactor = command({
  subject: 'rpc.identity.second_factor.confirm.v1',
  http: { method: 'POST', path: '/v1/me/second-factor/confirm' },
  access: 'account',
  requiresRecentSignIn: true,
  summary: 'Confirm the second factor with a code',
  description: 'From now on, a code is required at the sign-in.',
  input: z.object({ code: SecondFactorCode }),
  output: z.object({ recoveryCodes: RecoveryCodes }),
  errors: {
    ...secondFactorExistsErrors,
    ...codeErrors,
    SECOND_FACTOR_NOT_STARTED: { status: 409, title: 'There is no secret to confirm' },
  },
  hasSecretOutput: true,
  example: { input: { code: '287082' }, output: { recoveryCodes: exampleCodes } },
});

export const replaceRecoveryCodes = command({
  subject: 'rpc.identity.second_factor.replace_recovery_codes.v1',
  http: { method: 'POST', path: '/v1/me/second-factor/recovery-codes' },
  access: 'account',
  requiresRecentSignIn: true,
  summary: 'Replace the recovery codes',
  description: 'The previous codes become invalid.',
  input: z.object({ code: SecondFactorCode }),
  output: z.object({ recoveryCodes: RecoveryCodes }),
  errors: { ...noSecondFactorErrors, ...codeErrors },
  hasSecretOutput: true,
  example: { input: { code: '287082' }, output: { recoveryCodes: exampleCodes } },
});

export const removeSecondFactor = command({
  subject: 'rpc.identity.second_factor.remove.v1',
  http: { method: 'POST', path: '/v1/me/second-factor/remove', status: 204 },
  access: 'account',
  requiresRecentSignIn: true,
  summary: 'Remove my second factor',
  description:
    'You lose your rights in organizations that require a second factor, until you set up a second factor again. ' +
    'The last legal representative who can act in such an organization cannot remove the second factor. ' +
    'The password must have at least 15 characters.',
  input: z.object({ code: SecondFactorCode }),
  output: z.object({}),
  errors: {
    ...noSecondFactorErrors,
    ...codeErrors,
    ...lastLegalRepresentativeErrors,
    PASSWORD_TOO_SHORT_WITHOUT_SECOND_FACTOR: {
      status: 409,
      title: 'Without a second factor, the password needs at least 15 characters: change it first',
    },
  },
  example: { input: { code: '7k2m-9qxd-0h4t-w8ea' }, output: {} },
});

export const secondFactorSetUp = event({
  subject: 'evt.identity.account.second_factor_set_up.v1',
  summary: 'A person set up a second factor',
  entity: 'accountId',
  data: z.object({ accountId }),
  example: { accountId: exampleAccountId },
});

export const secondFactorRemoved = event({
  subject: 'evt.identity.account.second_factor_removed.v1',
  summary: 'A person removed the second factor',
  entity: 'accountId',
  data: z.object({ accountId }),
  example: { accountId: exampleAccountId },
});
