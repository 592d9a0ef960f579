import { argon2Sync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  changePassword,
  confirmPasswordReset,
  getPasswordResetMail,
  requestPasswordReset,
} from '@cordee/contracts/identity/password';
import { toUuid } from '@cordee/contracts/id';
import { createApiToken, exchangeApiToken } from '@cordee/contracts/identity/api-token';
import { removeSecondFactor } from '@cordee/contracts/identity/second-factor';
import { createSession, listSessions, refreshSession } from '@cordee/contracts/identity/session';
import type { Answer } from '@cordee/contracts/contract';
import { IdentityFixture, password, type Person } from '../../test/identity.fixture.ts';

type Opened = Answer<typeof createSession>;

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
  fixture.service.freezeClock();
});
afterAll(() => fixture.service.stop());

const newPassword = 'a bicycle below the old bridge';
const shortPassword = 'bike#bridge7';
const wrongPassword = 'a wrong password of the attacker';

const advanceMinutes = (minutes: number): void =>
  fixture.service.moveClockTo(new Date(fixture.service.process.clock.now().getTime() + minutes * 60_000).toISOString());
const openSession = ({ email }: Person, typed = password): Promise<Opened> =>
  fixture.service.call(createSession, { email, password: typed }, 'nobody');
const signIn = ({ email }: Person, typed: string, options: { code?: string; deviceToken?: string } = {}) =>
  fixture.service.codeOf(createSession, { email, password: typed, ...options }, 'nobody', {
    callerAddress: '192.0.2.1',
  });
const withToken = (token: string) => ({
  causedBy: { token, requestId: 'r', traceparent: undefined, language: 'en' as const, reason: undefined },
});
const areTokensValid = async ({ accessToken, refreshToken }: Opened): Promise<boolean[]> => [
  (await fixture.service.codeOf(listSessions, {}, 'nobody', withToken(accessToken))) === 'ok',
  (await fixture.service.codeOf(refreshSession, { refreshToken }, 'nobody')) === 'ok',
];
const change = ({ as }: Person, currentPassword: string, typed = newPassword) =>
  fixture.service.codeOf(changePassword, { currentPassword, newPassword: typed }, as);
const eventsOf = async ({ accountId }: Person, kind: string) =>
  (await fixture.service.eventsOf(accountId)).filter(({ type }) => type === `identity.account.${kind}`);

const requestReset = (email: string, callerAddress?: string) =>
  fixture.service.codeOf(requestPasswordReset, { email }, 'nobody', callerAddress ? { callerAddress } : {});
/** The ids of all requested resets, oldest first. */
const resetIds = async (): Promise<`pwr_${string}`[]> =>
  (await fixture.service.outbox())
    .filter(({ type }) => type === 'identity.password_reset.requested')
    .map(({ data }) => data['passwordResetId'] as `pwr_${string}`);
const mailOf = (passwordResetId: `pwr_${string}`) =>
  fixture.service.call(getPasswordResetMail, { passwordResetId }, { service: 'reminders' });
async function requestToken({ email }: Person): Promise<string> {
  expect(await requestReset(email)).toBe('ok');
  return (await mailOf((await resetIds()).at(-1)!)).token;
}
const reset = (token: string, typed = newPassword) =>
  fixture.service.codeOf(confirmPasswordReset, { token, password: typed }, 'nobody');

it('a password whose hash has another cost stays valid', async () => {
  const anna = await fixture.signUp();
  const cost = { parallelism: 1, tagLength: 32, memory: 8_192, passes: 3 };
  const [nonce, message] = [randomBytes(16), newPassword];
  const [salt, hash] = [nonce, argon2Sync('argon2id', { message, nonce, ...cost })].map((bytes) =>
    bytes.toString('base64').replace(/=+$/, ''),
  );
  await fixture.service.rows(`update account set password_hash = $1 where id = $2`, [
    `$argon2id$v=19$m=8192,t=3,p=1$${salt}$${hash}`,
    toUuid(anna.accountId),
  ]);
  expect([await signIn(anna, password), await signIn(anna, newPassword)]).toEqual(['SIGN_IN_FAILED', 'ok']);
});

describe('a change of the password', () => {
  it('needs the current password; afterwards only the new password is valid', async () => {
    const anna = await fixture.signUp();
    expect(await change(anna, wrongPassword)).toBe('PASSWORD_WRONG');
    expect(await signIn(anna, newPassword)).toBe('SIGN_IN_FAILED');
    expect(await change(anna, password)).toBe('ok');
    expect([await signIn(anna, password), await signIn(anna, newPassword)]).toEqual(['SIGN_IN_FAILED', 'ok']);
    expect(await eventsOf(anna, 'password_changed')).toMatchObject([{ data: { cause: 'changed' } }]);
  });

  it('ends all other sessions of the person, but neither the own session nor API tokens', async () => {
    const [anna, ben] = [await fixture.signUp(), await fixture.signUp()];
    const { token } = await fixture.service.call(
      createApiToken,
      { organizationId: anna.organizationId, name: 'Backup', scopes: ['product:read'] },
      anna.as,
    );
    const [own, other, ofBen] = [await openSession(anna), await openSession(anna), await openSession(ben)];
    await fixture.service.call(
      changePassword,
      { currentPassword: password, newPassword },
      'nobody',
      withToken(own.accessToken),
    );
    expect([await areTokensValid(own), await areTokensValid(other), await areTokensValid(ofBen)]).toEqual([
      [true, true],
      [false, false],
      [true, true],
    ]);
    expect((await fixture.service.eventsOf(other.sessionId)).at(-1)).toMatchObject({
      type: 'identity.session.ended',
      data: { cause: 'password_changed' },
    });
    expect(await fixture.service.codeOf(exchangeApiToken, { token }, { service: 'gateway' })).toBe('ok');
  });

  it('makes all devices unknown, except the device on which the password was changed', async () => {
    const anna = await fixture.signUp();
    const { deviceToken: old } = await openSession(anna);
    const { deviceToken } = await fixture.service.call(
      changePassword,
      { currentPassword: password, newPassword },
      anna.as,
    );
    for (let sent = 0; sent < 6; sent += 1) await signIn(anna, wrongPassword);
    expect(await signIn(anna, newPassword, { deviceToken: old })).toBe('SIGN_IN_LIMITED');
    expect(await signIn(anna, newPassword, { deviceToken })).toBe('ok');
  });

  it('limits wrong passwords from a stolen session and reports them; the owner can still sign in', async () => {
    const anna = await fixture.signUp();
    const codes = await Promise.all(Array.from({ length: 20 }, () => change(anna, wrongPassword)));
    expect(codes.filter((code) => code === 'PASSWORD_WRONG')).toHaveLength(5);
    expect(codes.filter((code) => code === 'PASSWORD_LIMITED')).toHaveLength(15);
    expect(await change(anna, password)).toBe('PASSWORD_LIMITED');
    expect(await eventsOf(anna, 'password_guessing_detected')).toHaveLength(1);
    expect(await signIn(anna, password)).toBe('ok');
  });

  it.each([
    ['fourteen chars', 'PASSWORD_TOO_SHORT'],
    ['passwordpassword', 'PASSWORD_TOO_COMMON'],
    ['Anna Keller', 'PASSWORD_TOO_SHORT'],
  ])('to "%s" is rejected with %s', async (typed, code) => {
    expect(await change(await fixture.signUp(), password, typed)).toBe(code);
  });

  it('leaves no session of a sign-in with the old password at the same time', async () => {
    const anna = await fixture.signUp();
    const signIns = Array.from({ length: 10 }, () => openSession(anna).catch(() => undefined));
    expect(await change(anna, password)).toBe('ok');
    for (const session of await Promise.all(signIns))
      if (session) expect(await areTokensValid(session)).toEqual([false, false]);
  });
});

describe('a short password', () => {
  it('needs a second factor, which cannot be removed before the password is long again', async () => {
    const anna = await fixture.signUp();
    expect(await change(anna, password, shortPassword)).toBe('PASSWORD_TOO_SHORT');
    const { authenticator, recoveryCodes } = await fixture.setUpSecondFactor(anna);
    expect(await change(anna, password, shortPassword)).toBe('ok');
    const remove = (code: string) => fixture.service.codeOf(removeSecondFactor, { code }, anna.as);
    expect(await remove(recoveryCodes[0]!)).toBe('PASSWORD_TOO_SHORT_WITHOUT_SECOND_FACTOR');
    expect(await signIn(anna, shortPassword)).toBe('SECOND_FACTOR_REQUIRED');
    expect(await signIn(anna, shortPassword, { code: authenticator.nextCode() })).toBe('ok');
    expect(await change(anna, shortPassword)).toBe('ok');
    expect(await remove(recoveryCodes[0]!)).toBe('ok');
  });

  it('is not left without a second factor when both change at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const anna = await fixture.signUp();
      const { recoveryCodes } = await fixture.setUpSecondFactor(anna);
      const [changed, removed] = await Promise.all([
        change(anna, password, shortPassword),
        fixture.service.codeOf(removeSecondFactor, { code: recoveryCodes[0]! }, anna.as),
      ]);
      expect([
        ['ok', 'PASSWORD_TOO_SHORT_WITHOUT_SECOND_FACTOR'],
        ['PASSWORD_TOO_SHORT', 'ok'],
      ]).toContainEqual([changed, removed]);
    }
  });
});

describe('a reset of the password', () => {
  it('sets the new password, ends all sessions and publishes the event for the owner', async () => {
    const anna = await fixture.signUp();
    const session = await openSession(anna);
    const token = await requestToken(anna);
    expect(await reset(token)).toBe('ok');
    expect([await signIn(anna, password), await signIn(anna, newPassword)]).toEqual(['SIGN_IN_FAILED', 'ok']);
    expect(await areTokensValid(session)).toEqual([false, false]);
    expect(await eventsOf(anna, 'password_changed')).toMatchObject([{ data: { cause: 'reset' } }]);
  });

  it('neither removes nor skips a second factor, which also allows a short password', async () => {
    const anna = await fixture.signUp();
    const { authenticator } = await fixture.setUpSecondFactor(anna);
    expect(await reset(await requestToken(anna), shortPassword)).toBe('ok');
    expect(await signIn(anna, shortPassword)).toBe('SECOND_FACTOR_REQUIRED');
    expect(await signIn(anna, shortPassword, { code: authenticator.nextCode() })).toBe('ok');
  });

  it('makes only this device known, so that the person can sign in while an attacker tries passwords', async () => {
    const anna = await fixture.signUp();
    const { deviceToken: old } = await openSession(anna);
    const { deviceToken } = await fixture.service.call(
      confirmPasswordReset,
      { token: await requestToken(anna), password: newPassword },
      'nobody',
    );
    for (let sent = 0; sent < 6; sent += 1) await signIn(anna, wrongPassword);
    expect(await signIn(anna, newPassword, { deviceToken: old })).toBe('SIGN_IN_LIMITED');
    expect(await signIn(anna, newPassword, { deviceToken })).toBe('ok');
    // A reset forgets the wrong passwords.
    expect(await reset(await requestToken(anna), password)).toBe('ok');
    expect(await signIn(anna, password)).toBe('ok');
  });

  it.each<[string, (anna: Person) => Promise<string>]>([
    [
      'was used',
      async (anna) => {
        const token = await requestToken(anna);
        await reset(token);
        return token;
      },
    ],
    [
      'was replaced by a newer link',
      async (anna) => {
        const token = await requestToken(anna);
        await requestToken(anna);
        return token;
      },
    ],
    [
      'is older than an hour',
      async (anna) => {
        const token = await requestToken(anna);
        advanceMinutes(60);
        return token;
      },
    ],
    [
      'is older than a change of the password',
      async (anna) => {
        const token = await requestToken(anna);
        await change(anna, password, 'another bicycle at the old bridge');
        return token;
      },
    ],
    ['is invented', async () => 'invented'],
  ])('is rejected when the link %s', async (_, tokenOf) => {
    const anna = await fixture.signUp();
    expect(await reset(await tokenOf(anna), 'the password of somebody else')).toBe('PASSWORD_RESET_TOKEN_INVALID');
    expect(await signIn(anna, 'the password of somebody else')).toBe('SIGN_IN_FAILED');
  });

  it('succeeds once when one link is used several times at the same time', async () => {
    const token = await requestToken(await fixture.signUp());
    const codes = await Promise.all(Array.from({ length: 5 }, () => reset(token)));
    expect(codes.sort()).toEqual([
      'PASSWORD_RESET_TOKEN_INVALID',
      'PASSWORD_RESET_TOKEN_INVALID',
      'PASSWORD_RESET_TOKEN_INVALID',
      'PASSWORD_RESET_TOKEN_INVALID',
      'ok',
    ]);
  });

  it.each([
    ['fourteen chars', 'PASSWORD_TOO_SHORT'],
    ['passwordpassword', 'PASSWORD_TOO_COMMON'],
  ])('to "%s" is rejected with %s, and the link stays valid', async (typed, code) => {
    const token = await requestToken(await fixture.signUp());
    expect([await reset(token, typed), await reset(token)]).toEqual([code, 'ok']);
  });
});

describe('a request for a reset', () => {
  it('writes the same rows and events for an address without an account, but there is no mail', async () => {
    const anna = await fixture.signUp();
    const requestAndReadRows = async (email: string) => {
      const before = await fixture.service.outbox();
      const code = await requestReset(email);
      const events = (await fixture.service.outbox())
        .slice(before.length)
        .map(({ type, data }) => [type, Object.keys(data)]);
      const rows = await fixture.service.rows('select count(*)::int from password_reset where email_key = $1', [email]);
      return { code, events, rows };
    };
    const resultForStranger = await requestAndReadRows('stranger@example.ch');
    const idOfStranger = (await resetIds()).at(-1)!;
    expect(resultForStranger).toEqual(await requestAndReadRows(anna.email));
    expect(
      await fixture.service.codeOf(getPasswordResetMail, { passwordResetId: idOfStranger }, { service: 'reminders' }),
    ).toBe('PASSWORD_RESET_NOT_FOUND');
    expect(await mailOf((await resetIds()).at(-1)!)).toMatchObject({ email: anna.email, name: anna.name });
  });

  it('is limited to three mails per hour for one address; further requests get the same answer', async () => {
    const anna = await fixture.signUp();
    const before = (await resetIds()).length;
    const codes = await Promise.all(Array.from({ length: 10 }, () => requestReset(anna.email.toUpperCase())));
    expect(new Set(codes)).toEqual(new Set(['ok']));
    expect((await resetIds()).length - before).toBe(3);
    advanceMinutes(60);
    await requestReset(anna.email);
    expect((await resetIds()).length - before).toBe(4);
  });

  it('is limited per network, also for addresses without an account', async () => {
    const from = '203.0.113.5';
    const codes: string[] = [];
    for (let sent = 0; sent < 12; sent += 1) codes.push(await requestReset(`stranger-${sent}@example.ch`, from));
    expect(codes).toEqual([...Array<string>(10).fill('ok'), 'PASSWORD_RESET_LIMITED', 'PASSWORD_RESET_LIMITED']);
    expect(await requestReset((await fixture.signUp()).email, '203.0.113.6')).toBe('ok');
  });
});
