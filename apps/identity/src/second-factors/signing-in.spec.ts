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

let people: IdentityFixture;
let test: TestService;
beforeAll(async () => {
  people = await IdentityFixture.start();
  test = people.service;
});
afterAll(() => test.stop());

const signIn = ({ email }: Person, code?: string) =>
  test.codeOf(createSession, { email, password, ...(code === undefined ? {} : { code }) }, 'nobody');
const remove = ({ as }: Person, code: string) => test.codeOf(removeSecondFactor, { code }, as);
const many = <T>(count: number, run: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, run));
const counted = (codes: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(codes)].map((code) => [code, codes.filter((other) => other === code).length]));

describe('setting up a second factor', () => {
  it('takes effect when a code is confirmed, not before', async () => {
    const anna = await people.signUp();
    const { secret, uri } = await test.call(startSecondFactor, {}, anna.as);
    expect(uri).toBe(
      `otpauth://totp/Cord%C3%A9e:${encodeURIComponent(anna.email)}?secret=${secret}&issuer=Cord%C3%A9e&algorithm=SHA1&digits=6&period=30`,
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

  it('begins anew with another secret, and lapses after an hour', async () => {
    const anna = await people.signUp();
    const confirm = (authenticator: Authenticator) =>
      test.codeOf(confirmSecondFactor, { code: authenticator.code() }, anna.as);
    const begin = async () => new Authenticator(test, (await test.call(startSecondFactor, {}, anna.as)).secret);
    const [first, second] = [await begin(), await begin()];
    expect(await confirm(first)).toBe('SECOND_FACTOR_WRONG');
    test.moveClockTo(new Date(test.process.clock.now().getTime() + 3_600_000).toISOString());
    expect(await confirm(second)).toBe('SECOND_FACTOR_NOT_STARTED');
    expect(await confirm(await begin())).toBe('ok');
  });

  it.each<[string, (anna: Person) => Promise<string>, string]>([
    [
      'without one there is none to confirm',
      ({ as }) => test.codeOf(confirmSecondFactor, { code: '000000' }, as),
      'SECOND_FACTOR_NOT_STARTED',
    ],
    ['without one there is none to remove', (anna) => remove(anna, '000000'), 'SECOND_FACTOR_MISSING'],
    [
      'without one there are no recovery codes',
      ({ as }) => test.codeOf(replaceRecoveryCodes, { code: '000000' }, as),
      'SECOND_FACTOR_MISSING',
    ],
    [
      'there is one at a time',
      async (anna) => {
        await people.setUpSecondFactor(anna);
        return test.codeOf(startSecondFactor, {}, anna.as);
      },
      'SECOND_FACTOR_EXISTS',
    ],
    [
      'it is confirmed once',
      async (anna) => {
        const { authenticator } = await people.setUpSecondFactor(anna);
        return test.codeOf(confirmSecondFactor, { code: authenticator.nextCode() }, anna.as);
      },
      'SECOND_FACTOR_EXISTS',
    ],
    ['nobody else does it', () => test.codeOf(startSecondFactor, {}, 'nobody'), 'SIGN_IN_REQUIRED'],
  ])('%s', async (_, ask, code) => {
    expect(await ask(await people.signUp())).toBe(code);
  });

  it('is confirmed by one of eight at once, and begun by eight at once without an error', async () => {
    const anna = await people.signUp();
    expect(counted(await many(8, () => test.codeOf(startSecondFactor, {}, anna.as)))).toEqual({ ok: 8 });
    const authenticator = new Authenticator(test, (await test.call(startSecondFactor, {}, anna.as)).secret);
    const code = authenticator.code();
    expect(counted(await many(8, () => test.codeOf(confirmSecondFactor, { code }, anna.as)))).toEqual({
      ok: 1,
      SECOND_FACTOR_EXISTS: 7,
    });
  });
});

describe('signing in', () => {
  it('takes the password and a code; who has no factor sends none', async () => {
    const [anna, ben] = [await people.signUp(), await people.signUp()];
    const { authenticator } = await people.setUpSecondFactor(anna);
    const asked = async (email: string, given: string, code?: string) =>
      test.codeOf(createSession, { email, password: given, ...(code ? { code } : {}) }, 'nobody');
    const wrong = 'another horse, another staple';
    expect(await asked(anna.email, wrong)).toBe('SIGN_IN_FAILED');
    expect(await asked(anna.email, wrong, authenticator.nextCode())).toBe('SIGN_IN_FAILED');
    expect(await asked('nobody@example.ch', password, '000000')).toBe('SIGN_IN_FAILED');
    expect(await asked(anna.email, password)).toBe('SECOND_FACTOR_REQUIRED');
    expect(await asked(anna.email, password, authenticator.wrongCode())).toBe('SIGN_IN_CODE_WRONG');
    const session = await test.call(
      createSession,
      { email: anna.email, password, code: authenticator.code() },
      'nobody',
    );
    expect(await test.codeOf(refreshSession, { refreshToken: session.refreshToken }, 'nobody')).toBe('ok');
    expect([await signIn(ben), await signIn(ben, '000000')]).toEqual(['ok', 'ok']);
  });

  it('takes a code once, of eight at once too', async () => {
    const anna = await people.signUp();
    const { authenticator, recoveryCodes } = await people.setUpSecondFactor(anna);
    for (const code of [authenticator.nextCode(), String(recoveryCodes[0])]) {
      expect((await many(8, () => signIn(anna, code))).filter((answer) => answer === 'ok')).toHaveLength(1);
      expect(['SIGN_IN_CODE_WRONG', 'SECOND_FACTOR_LIMITED']).toContain(await signIn(anna, code));
      expect(await signIn(anna, recoveryCodes.at(code === recoveryCodes[0] ? -1 : -2))).toBe('ok');
    }
    expect(await test.call(getSecondFactor, {}, anna.as)).toMatchObject({ recoveryCodesLeft: 7 });
  });

  it('counts wrong codes, many at once too, and says when to come again', async () => {
    const anna = await people.signUp();
    const { authenticator, recoveryCodes } = await people.setUpSecondFactor(anna);
    test.moveClockTo(new Date(test.process.clock.now().getTime() + 30_000).toISOString());
    const code = authenticator.wrongCode();
    expect(counted(await many(20, () => remove(anna, code)))).toEqual({
      SECOND_FACTOR_WRONG: 5,
      SECOND_FACTOR_LIMITED: 15,
    });
    await expect(
      test.call(createSession, { email: anna.email, password, code: authenticator.code() }, 'nobody'),
    ).rejects.toMatchObject({ code: 'SECOND_FACTOR_LIMITED', retryAfter: expect.any(Number) });
    const refusal = await test
      .call(createSession, { email: anna.email, password, code }, 'nobody')
      .catch((error: { retryAfter: number }) => error.retryAfter);
    expect(refusal).toBeGreaterThan(0);
    expect(refusal).toBeLessThanOrEqual(30);
    // The person is not shut out meanwhile.
    expect(await signIn(anna, recoveryCodes[0])).toBe('ok');
    expect(await signIn(anna, authenticator.nextCode())).toBe('ok');
    for (let wrong = 0; wrong < 5; wrong += 1)
      expect(await signIn(anna, authenticator.wrongCode())).toBe('SIGN_IN_CODE_WRONG');
    expect(await signIn(anna, authenticator.code())).toBe('SECOND_FACTOR_LIMITED');
    expect(await signIn(anna, authenticator.nextCode())).toBe('ok');
  });

  it('opens no session for a wrong code', async () => {
    const anna = await people.signUp();
    const { authenticator } = await people.setUpSecondFactor(anna);
    await signIn(anna, authenticator.wrongCode());
    expect(await test.rows('select from session where account_id = $1', [uuid(anna.accountId)])).toEqual([]);
  });
});

describe('a second factor', () => {
  it('is removed with a code or a recovery code, and told without anything secret', async () => {
    const anna = await people.signUp();
    const first = await people.setUpSecondFactor(anna);
    expect(await remove(anna, first.authenticator.wrongCode())).toBe('SECOND_FACTOR_WRONG');
    expect(await remove(anna, first.authenticator.nextCode())).toBe('ok');
    expect(await signIn(anna)).toBe('ok');
    const second = await people.setUpSecondFactor(anna);
    expect(await remove(anna, first.recoveryCodes[0]!)).toBe('SECOND_FACTOR_WRONG');
    expect(await remove(anna, second.recoveryCodes[0]!)).toBe('ok');
    const facts = (await test.outbox()).filter(
      ({ type, data }) => type.startsWith('identity.account.second_factor') && data['accountId'] === anna.accountId,
    );
    const told = (what: string) => [`identity.account.second_factor_${what}`, { accountId: anna.accountId }];
    expect(facts.map(({ type, data }) => [type, data])).toEqual([
      told('set_up'),
      told('removed'),
      told('set_up'),
      told('removed'),
    ]);
  });

  it('keeps no refusal for a key, and the answer once it was removed', async () => {
    const anna = await people.signUp();
    const { authenticator } = await people.setUpSecondFactor(anna);
    const ask = (code: string) => test.codeOf(removeSecondFactor, { code }, anna.as, { idempotencyKey: 'remove' });
    const wrong = authenticator.wrongCode();
    expect([await ask(wrong), await ask(wrong)]).toEqual(['SECOND_FACTOR_WRONG', 'SECOND_FACTOR_WRONG']);
    const right = authenticator.nextCode();
    expect([await ask(right), await ask(right)]).toEqual(['ok', 'ok']);
  });

  it('gets new recovery codes for a code, and the old ones are good no more', async () => {
    const anna = await people.signUp();
    const { authenticator, recoveryCodes } = await people.setUpSecondFactor(anna);
    const fresh = (await test.call(replaceRecoveryCodes, { code: authenticator.nextCode() }, anna.as)).recoveryCodes;
    expect(fresh.filter((code) => recoveryCodes.includes(code))).toEqual([]);
    expect([await signIn(anna, recoveryCodes[1]), await signIn(anna, fresh[1])]).toEqual(['SIGN_IN_CODE_WRONG', 'ok']);
    expect(await test.call(getSecondFactor, {}, anna.as)).toMatchObject({ isSetUp: true, recoveryCodesLeft: 9 });
  });

  it('is stored so that a copy of the database gives neither secret nor codes, and helps nobody else', async () => {
    const [anna, eva] = [await people.signUp(), await people.signUp()];
    const { secret } = await test.call(startSecondFactor, {}, anna.as);
    const authenticator = new Authenticator(test, secret);
    const { recoveryCodes } = await test.call(confirmSecondFactor, { code: authenticator.code() }, anna.as);
    const [row] = await test.rows(
      `select encode(sealed_secret, 'hex') as sealed, second_factor::text as everything from second_factor where account_id = $1`,
      [uuid(anna.accountId)],
    );
    for (const clear of [
      ...recoveryCodes,
      ...recoveryCodes.map((code) => code.replaceAll('-', '')),
      secret,
      authenticator.hex,
    ])
      expect(String(row!['everything'])).not.toContain(clear);
    // Eva's row with Anna's secret and codes in it.
    await people.setUpSecondFactor(eva);
    await test.rows(
      `update second_factor set (sealed_secret, recovery_codes) = (select sealed_secret, recovery_codes from second_factor where account_id = $1), last_step = null where account_id = $2`,
      [uuid(anna.accountId), uuid(eva.accountId)],
    );
    expect([await signIn(eva, authenticator.nextCode()), await signIn(eva, recoveryCodes[0])]).toEqual([
      'SIGN_IN_CODE_WRONG',
      'SIGN_IN_CODE_WRONG',
    ]);
    expect(await signIn(anna, authenticator.code())).toBe('ok');
  });
});

describe('what is sealed', () => {
  const owner = 'acc_01je5nryg0fgz9y05x3mqpmjrg';
  const secrets = new Secrets('a secret of the test installation, long enough');
  const plain = Buffer.from('12345678901234567890');
  const sealed = secrets.seal('second factor', owner, plain);
  it.each<[string, () => Buffer | undefined, Buffer | undefined]>([
    ['opens', () => secrets.open('second factor', owner, sealed), plain],
    [
      'is another each time',
      () =>
        secrets.open(
          'second factor',
          owner,
          Buffer.from(secrets.seal('second factor', owner, plain).equals(sealed) ? '' : sealed),
        ),
      plain,
    ],
    ['stays shut for another purpose', () => secrets.open('something else', owner, sealed), undefined],
    [
      'stays shut for another owner',
      () => secrets.open('second factor', 'acc_01je5nryg0fgz9y05x3mqpmjrh', sealed),
      undefined,
    ],
    [
      'stays shut under another secret',
      () => new Secrets('another secret, also long enough for the test').open('second factor', owner, sealed),
      undefined,
    ],
    [
      'stays shut when it was changed',
      () =>
        secrets.open(
          'second factor',
          owner,
          Buffer.from(sealed.map((byte, place) => (place === sealed.length - 1 ? byte ^ 1 : byte))),
        ),
      undefined,
    ],
    ['stays shut when it is cut', () => secrets.open('second factor', owner, sealed.subarray(0, 20)), undefined],
    ['stays shut when it is nothing', () => secrets.open('second factor', owner, Buffer.alloc(0)), undefined],
  ])('%s', (_, open, expected) => {
    expect(open()).toEqual(expected);
  });
});
