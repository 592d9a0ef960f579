import * as z from 'zod';
import { command, event, query, type ErrorDeclaration } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Instant, text } from '../values.ts';

const accountId = idSchema('acc');
const exampleAccount = 'acc_01je5nryg0fgz9y05x3mqpmjrg';

/** Six digits of an authenticator, or a recovery code. */
export const SecondFactorCode = text(50)
  .min(1)
  .meta({ description: 'Six digits of the authenticator, or a recovery code', examples: ['287082'] });

const RecoveryCodes = z.array(z.string()).describe('Ten codes, each good once, shown in this answer and never again');
const exampleCodes = ['7k2m-9qxd-0h4t-w8ea', 'n3vp-51cz-8rgj-y6bs'];

const noSecondFactor = {
  SECOND_FACTOR_MISSING: { status: 409, title: 'You have no second factor' },
} as const satisfies Record<string, ErrorDeclaration>;
const exists = {
  SECOND_FACTOR_EXISTS: { status: 409, title: 'You have a second factor; remove it first' },
} as const satisfies Record<string, ErrorDeclaration>;
/** From the fifth wrong code on it takes longer and longer until the next six digits are looked at. */
export const tooManyWrongCodes = {
  SECOND_FACTOR_LIMITED: { status: 429, title: 'Too many wrong codes: wait, or use a recovery code' },
} as const satisfies Record<string, ErrorDeclaration>;
const codeRefusals = {
  SECOND_FACTOR_WRONG: { status: 422, title: 'The code is wrong or was used before' },
  ...tooManyWrongCodes,
} as const satisfies Record<string, ErrorDeclaration>;

export const getSecondFactor = query({
  subject: 'rpc.identity.second_factor.get.v1',
  http: { method: 'GET', path: '/v1/me/second-factor' },
  access: 'account',
  summary: 'Whether I have a second factor',
  input: z.object({}),
  output: z.object({
    isSetUp: z.boolean(),
    setUpAt: Instant.nullable(),
    recoveryCodesLeft: z.int().describe('Recovery codes that are not used yet'),
  }),
  errors: {},
  example: { input: {}, output: { isSetUp: true, setUpAt: '2026-01-31T09:00:00.000Z', recoveryCodesLeft: 10 } },
});

export const startSecondFactor = command({
  subject: 'rpc.identity.second_factor.start.v1',
  http: { method: 'POST', path: '/v1/me/second-factor' },
  access: 'account',
  summary: 'Begin to set up a second factor',
  description:
    'Nothing takes effect before a code is confirmed, within an hour. Beginning again gives a new secret; the one before is good for nothing.',
  input: z.object({}),
  output: z.object({
    secret: z.string().describe('To type into an authenticator (RFC 6238): base32'),
    uri: z.string().describe('The same as an otpauth URI, for a QR code'),
  }),
  errors: exists,
  hasSecretOutput: true,
  example: {
    input: {},
    output: {
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      uri: 'otpauth://totp/Cord%C3%A9e:anna%40example.ch?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Cord%C3%A9e&algorithm=SHA1&digits=6&period=30',
    },
  },
});

export const confirmSecondFactor = command({
  subject: 'rpc.identity.second_factor.confirm.v1',
  http: { method: 'POST', path: '/v1/me/second-factor/confirm' },
  access: 'account',
  summary: 'Confirm the second factor with a code',
  description: 'From now on signing in takes a code.',
  input: z.object({ code: SecondFactorCode }),
  output: z.object({ recoveryCodes: RecoveryCodes }),
  errors: {
    ...exists,
    ...codeRefusals,
    SECOND_FACTOR_NOT_STARTED: { status: 409, title: 'No secret is waiting to be confirmed' },
  },
  hasSecretOutput: true,
  example: { input: { code: '287082' }, output: { recoveryCodes: exampleCodes } },
});

export const replaceRecoveryCodes = command({
  subject: 'rpc.identity.second_factor.replace_recovery_codes.v1',
  http: { method: 'POST', path: '/v1/me/second-factor/recovery-codes' },
  access: 'account',
  summary: 'Get new recovery codes',
  description: 'The old ones are good no more.',
  input: z.object({ code: SecondFactorCode }),
  output: z.object({ recoveryCodes: RecoveryCodes }),
  errors: { ...noSecondFactor, ...codeRefusals },
  hasSecretOutput: true,
  example: { input: { code: '287082' }, output: { recoveryCodes: exampleCodes } },
});

export const removeSecondFactor = command({
  subject: 'rpc.identity.second_factor.remove.v1',
  http: { method: 'POST', path: '/v1/me/second-factor/remove', status: 204 },
  access: 'account',
  summary: 'Remove my second factor',
  description: 'Organizations that ask for one give no rights from now on, until there is one again.',
  input: z.object({ code: SecondFactorCode }),
  output: z.object({}),
  errors: { ...noSecondFactor, ...codeRefusals },
  example: { input: { code: '7k2m-9qxd-0h4t-w8ea' }, output: {} },
});

export const secondFactorSetUp = event({
  subject: 'evt.identity.account.second_factor_set_up.v1',
  summary: 'A person has a second factor',
  entity: 'accountId',
  data: z.object({ accountId }),
  example: { accountId: exampleAccount },
});

export const secondFactorRemoved = event({
  subject: 'evt.identity.account.second_factor_removed.v1',
  summary: 'A person has no second factor any more',
  entity: 'accountId',
  data: z.object({ accountId }),
  example: { accountId: exampleAccount },
});
