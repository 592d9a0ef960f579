import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  confirmSecondFactor,
  getSecondFactor,
  removeSecondFactor,
  replaceRecoveryCodes,
  startSecondFactor,
} from '@cordee/contracts/identity/second-factor';
import { createSession, refreshSession } from '@cordee/contracts/identity/session';
import { uuid, type TestService } from '@cordee/testing/test-service';
import { Authenticator, password, IdentityFixture, type Person } from '../../test/identity.fixture.ts';
import { Secrets } from '../secrets.ts';

let fixture: IdentityFixture;
let test: TestService;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
  test = fixture.service;
});
afterAll(() => test.stop());

const signIn = ({ email }: Person, code?: string) =>
  test.codeOf(createSession, { email, password, ...(code === undefined ? {} : { code }) }, 'nobody');
const remove = ({ as }: Person, code: string) => test.codeOf(removeSecondFactor, { code }, as);
const runConcurrently = <T>(count: number, run: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, run));
const countByCode = (codes: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(codes)].map((code) => [code, codes.filter((other) => other === code).length]));

describe('the set-up of a second factor', () => {
  it('takes effect when a code is confirmed', async () => {
    const anna = await fixture.signUp();
    const { secret, uri } = await test.call(startSecondFactor, {}, anna.as);
    expect(uri).toBe(
      `otpauth://totp/Cord%C3%A9e:${encodeURIComponent(anna.email)}?secret=${secret}` +
        '&issuer=Cord%C3%A9e&algorithm=SHA1&digits=6&period=30',
    );
    expect(await test.call(getSecondFactor, {}, anna.as)).toEqual({
      isSetUp: false,
      setUpAt: null,
      recoveryCodesLeft: 0,
    });
    expect(await signIn(anna)).toBe('ok');
    const authenticator = new Authenticator(test, secret);
    expect(await test.codeOf(confirmSecondFactor, { code: authenticator.wrongCode() }, anna.as)).toBe(
      'SECOND_FACTOR_WRONG',
    );
    const { recoveryCodes } = await test.call(confirmSecondFactor, { code: authenticator.code() }, anna.as);
    expect(recoveryCodes).toHaveLength(10);
    expect(await test.call(getSecondFactor, {}, anna.as)).toEqual({
      isSetUp: true,
      setUpAt: expect.any(String),
      recoveryCodesLeft: 10,
    });
    expect(await signIn(anna)).toBe('SECOND_FACTOR_REQUIRED');
  });

  it('starts again with another secret, and expires after an hour', async () => {
    const anna = await fixture.signUp();
    const confirm = (authenticator: Authenticator) =>
      test.codeOf(confirmSecondFactor, { code: authenticator.code() }, anna.as);
    const start = async () => new Authenticator(test, (await test.call(startSecondFactor, {}, anna.as)).secret);
    const [first, second] = [await start(), await start()];
    expect(await confirm(first)).toBe('SECOND_FACTOR_WRONG');
    test.moveClockTo(new Date(test.process.clock.now().getTime() + 3_600_000).toISOString());
    expect(await confirm(second)).toBe('SECOND_FACTOR_NOT_STARTED');
    expect(await confirm(await start())).toBe('ok');
  });

  it.each<[string, (anna: Person) => Promise<string>, string]>([
    [
      'cannot be confirmed before it started',
      ({ as }) => test.codeOf(confirmSecondFactor, { code: '000000' }, as),
      'SECOND_FACTOR_NOT_STARTED',
    ],
    ['must come before a removal', (anna) => remove(anna, '000000'), 'SECOND_FACTOR_MISSING'],
    [
      'must come before a replacement of the recovery codes',
      ({ as }) => test.codeOf(replaceRecoveryCodes, { code: '000000' }, as),
      'SECOND_FACTOR_MISSING',
    ],
    [
      'cannot start when the person has a second factor',
      async (anna) => {
        await fixture.setUpSecondFactor(anna);
        return test.codeOf(startSecondFactor, {}, anna.as);
      },
      'SECOND_FACTOR_EXISTS',
    ],
    [
      'cannot be confirmed twice',
      async (anna) => {
        const { authenticator } = await fixture.setUpSecondFactor(anna);
        return test.codeOf(confirmSecondFactor, { code: authenticator.nextCode() }, anna.as);
      },
      'SECOND_FACTOR_EXISTS',
    ],
    ['needs a signed-in person', () => test.codeOf(startSecondFactor, {}, 'nobody'), 'SIGN_IN_REQUIRED'],
  ])('%s', async (_, send, code) => {
    expect(await send(await fixture.signUp())).toBe(code);
  });

  it('is confirmed by one of eight concurrent requests, and started by all of them', async () => {
    const anna = await fixture.signUp();
    expect(countByCode(await runConcurrently(8, () => test.codeOf(startSecondFactor, {}, anna.as)))).toEqual({ ok: 8 });
    const authenticator = new Authenticator(test, (await test.call(startSecondFactor, {}, anna.as)).secret);
    const code = authenticator.code();
    expect(countByCode(await runConcurrently(8, () => test.codeOf(confirmSecondFactor, { code }, anna.as)))).toEqual({
      ok: 1,
      SECOND_FACTOR_EXISTS: 7,
    });
  });
});

describe('a sign-in with a second factor', () => {
  it('needs the password and a code; a sign-in without a second factor needs only the password', async () => {
    const [anna, ben] = [await fixture.signUp(), await fixture.signUp()];
    const { authenticator } = await fixture.setUpSecondFactor(anna);
    const signInWith = async (email: string, typedPassword: string, code?: string) =>
      test.codeOf(createSession, { email, password: typedPassword, ...(code ? { code } : {}) }, 'nobody');
    const wrongPassword = 'another horse, another staple';
    expect(await signInWith(anna.email, wrongPassword)).toBe('SIGN_IN_FAILED');
    expect(await signInWith(anna.email, wrongPassword, authenticator.nextCode())).toBe('SIGN_IN_FAILED');
    expect(await signInWith('nobody@example.ch', password, '000000')).toBe('SIGN_IN_FAILED');
    expect(await signInWith(anna.email, password)).toBe('SECOND_FACTOR_REQUIRED');
    expect(await signInWith(anna.email, password, authenticator.wrongCode())).toBe('SIGN_IN_CODE_WRONG');
    const session = await test.call(
      createSession,
      { email: anna.email, password, code: authenticator.code() },
      'nobody',
    );
    expect(await test.codeOf(refreshSession, { refreshToken: session.refreshToken }, 'nobody')).toBe('ok');
    expect([await signIn(ben), await signIn(ben, '000000')]).toEqual(['ok', 'ok']);
  });

  it('accepts a code once, also when eight requests use it concurrently', async () => {
    const anna = await fixture.signUp();
    const { authenticator, recoveryCodes } = await fixture.setUpSecondFactor(anna);
    for (const code of [authenticator.nextCode(), String(recoveryCodes[0])]) {
      expect((await runConcurrently(8, () => signIn(anna, code))).filter((answer) => answer === 'ok')).toHaveLength(1);
      expect(['SIGN_IN_CODE_WRONG', 'SECOND_FACTOR_LIMITED']).toContain(await signIn(anna, code));
      // An unused recovery code, another one in each round, ends the delay.
      expect(await signIn(anna, recoveryCodes.at(code === recoveryCodes[0] ? -1 : -2))).toBe('ok');
    }
    expect(await test.call(getSecondFactor, {}, anna.as)).toMatchObject({ recoveryCodesLeft: 7 });
  });

  it('counts wrong codes, also concurrent ones, and returns the delay', async () => {
    const anna = await fixture.signUp();
    const { authenticator, recoveryCodes } = await fixture.setUpSecondFactor(anna);
    test.moveClockTo(new Date(test.process.clock.now().getTime() + 30_000).toISOString());
    const code = authenticator.wrongCode();
    // Five wrong codes are checked. Then the delay starts.
    expect(countByCode(await runConcurrently(20, () => remove(anna, code)))).toEqual({
      SECOND_FACTOR_WRONG: 5,
      SECOND_FACTOR_LIMITED: 15,
    });
    await expect(
      test.call(createSession, { email: anna.email, password, code: authenticator.code() }, 'nobody'),
    ).rejects.toMatchObject({ code: 'SECOND_FACTOR_LIMITED', retryAfter: expect.any(Number) });
    const retryAfter = await test
      .call(createSession, { email: anna.email, password, code }, 'nobody')
      .catch((error: { retryAfter: number }) => error.retryAfter);
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(30);
    // Meanwhile the person can sign in with a recovery code.
    expect(await signIn(anna, recoveryCodes[0])).toBe('ok');
    expect(await signIn(anna, authenticator.nextCode())).toBe('ok');
    for (let wrong = 0; wrong < 5; wrong += 1)
      expect(await signIn(anna, authenticator.wrongCode())).toBe('SIGN_IN_CODE_WRONG');
    expect(await signIn(anna, authenticator.code())).toBe('SECOND_FACTOR_LIMITED');
    expect(await signIn(anna, authenticator.nextCode())).toBe('ok');
  });

  it('opens no session with a wrong code', async () => {
    const anna = await fixture.signUp();
    const { authenticator } = await fixture.setUpSecondFactor(anna);
    await signIn(anna, authenticator.wrongCode());
    expect(await test.rows('select from session where account_id = $1', [uuid(anna.accountId)])).toEqual([]);
  });
});

describe('a second factor', () => {
  it('is removed with a code or a recovery code, and the events contain no secrets', async () => {
    const anna = await fixture.signUp();
    const first = await fixture.setUpSecondFactor(anna);
    expect(await remove(anna, first.authenticator.wrongCode())).toBe('SECOND_FACTOR_WRONG');
    expect(await remove(anna, first.authenticator.nextCode())).toBe('ok');
    expect(await signIn(anna)).toBe('ok');
    const second = await fixture.setUpSecondFactor(anna);
    expect(await remove(anna, first.recoveryCodes[0]!)).toBe('SECOND_FACTOR_WRONG');
    expect(await remove(anna, second.recoveryCodes[0]!)).toBe('ok');
    const events = (await test.outbox()).filter(
      ({ type, data }) => type.startsWith('identity.account.second_factor') && data['accountId'] === anna.accountId,
    );
    const expectedEvent = (change: string) => [
      `identity.account.second_factor_${change}`,
      { accountId: anna.accountId },
    ];
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      expectedEvent('set_up'),
      expectedEvent('removed'),
      expectedEvent('set_up'),
      expectedEvent('removed'),
    ]);
  });

  it('stores the reply of a removal for the idempotency key, but no error', async () => {
    const anna = await fixture.signUp();
    const { authenticator } = await fixture.setUpSecondFactor(anna);
    const removeOnce = (code: string) =>
      test.codeOf(removeSecondFactor, { code }, anna.as, { idempotencyKey: 'remove' });
    const wrongCode = authenticator.wrongCode();
    expect([await removeOnce(wrongCode), await removeOnce(wrongCode)]).toEqual([
      'SECOND_FACTOR_WRONG',
      'SECOND_FACTOR_WRONG',
    ]);
    const rightCode = authenticator.nextCode();
    expect([await removeOnce(rightCode), await removeOnce(rightCode)]).toEqual(['ok', 'ok']);
  });

  it('gets new recovery codes in exchange for a code, and the old recovery codes become invalid', async () => {
    const anna = await fixture.signUp();
    const { authenticator, recoveryCodes } = await fixture.setUpSecondFactor(anna);
    const newCodes = (await test.call(replaceRecoveryCodes, { code: authenticator.nextCode() }, anna.as)).recoveryCodes;
    expect(newCodes.filter((code) => recoveryCodes.includes(code))).toEqual([]);
    expect([await signIn(anna, recoveryCodes[1]), await signIn(anna, newCodes[1])]).toEqual([
      'SIGN_IN_CODE_WRONG',
      'ok',
    ]);
    expect(await test.call(getSecondFactor, {}, anna.as)).toMatchObject({ isSetUp: true, recoveryCodesLeft: 9 });
  });

  it('is stored in a form that reveals neither the secret nor the codes', async () => {
    const [anna, eva] = [await fixture.signUp(), await fixture.signUp()];
    const { secret } = await test.call(startSecondFactor, {}, anna.as);
    const authenticator = new Authenticator(test, secret);
    const { recoveryCodes } = await test.call(confirmSecondFactor, { code: authenticator.code() }, anna.as);
    const [row] = await test.rows(
      `select encode(sealed_secret, 'hex') as sealed, second_factor::text as everything
       from second_factor where account_id = $1`,
      [uuid(anna.accountId)],
    );
    for (const plainText of [
      ...recoveryCodes,
      ...recoveryCodes.map((code) => code.replaceAll('-', '')),
      secret,
      authenticator.secretHex,
    ])
      expect(String(row!['everything'])).not.toContain(plainText);
    // The secret and codes of Anna in the row of Eva are not valid.
    await fixture.setUpSecondFactor(eva);
    await test.rows(
      `update second_factor
       set (sealed_secret, recovery_codes) =
             (select sealed_secret, recovery_codes from second_factor where account_id = $1),
           last_step = null
       where account_id = $2`,
      [uuid(anna.accountId), uuid(eva.accountId)],
    );
    expect([await signIn(eva, authenticator.nextCode()), await signIn(eva, recoveryCodes[0])]).toEqual([
      'SIGN_IN_CODE_WRONG',
      'SIGN_IN_CODE_WRONG',
    ]);
    expect(await signIn(anna, authenticator.code())).toBe('ok');
  });
});

describe('a sealed value', () => {
  const owner = 'acc_01je5nryg0fgz9y05x3mqpmjrg';
  const secrets = new Secrets('a secret of the test installation, long enough');
  const plain = Buffer.from('12345678901234567890');
  const sealed = secrets.seal('second factor', owner, plain);
  it('differs each time', () => {
    expect(secrets.seal('second factor', owner, plain).equals(sealed)).toBe(false);
  });

  it.each<[string, () => Buffer | undefined, Buffer | undefined]>([
    ['opens for its purpose and owner', () => secrets.open('second factor', owner, sealed), plain],
    ['does not open for another purpose', () => secrets.open('something else', owner, sealed), undefined],
    [
      'does not open for another owner',
      () => secrets.open('second factor', 'acc_01je5nryg0fgz9y05x3mqpmjrh', sealed),
      undefined,
    ],
    [
      'does not open with another secret',
      () => new Secrets('another secret, also long enough for the test').open('second factor', owner, sealed),
      undefined,
    ],
    [
      'does not open when it was changed',
      () =>
        secrets.open(
          'second factor',
          owner,
          Buffer.from(sealed.map((byte, index) => (index === sealed.length - 1 ? byte ^ 1 : byte))),
        ),
      undefined,
    ],
    ['does not open when it is cut', () => secrets.open('second factor', owner, sealed.subarray(0, 20)), undefined],
    ['does not open when it is empty', () => secrets.open('second factor', owner, Buffer.alloc(0)), undefined],
  ])('%s', (_, open, expected) => {
    expect(open()).toEqual(expected);
  });
});
