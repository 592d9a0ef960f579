import { confirmSignUp, requestSignUp } from '@cordee/contracts/identity/account';
import { createSession } from '@cordee/contracts/identity/session';
import type { DomainError } from '@cordee/contracts/domain-error';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityFixture, password } from '../../test/identity.fixture.ts';
import { rejectPasswordsTogether } from '../../test/reject-passwords-together.ts';

const passwordOfAttacker = 'the bait of somebody else entirely';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
  fixture.service.freezeClock();
});
afterAll(() => fixture.service.stop());

const advanceSeconds = (seconds: number): void =>
  fixture.service.moveClockTo(new Date(fixture.service.process.clock.now().getTime() + seconds * 1_000).toISOString());
/** Requests a sign-up, later than the previous sign-up. Returns the token of its mail. */
async function requestWith(email: string, chosen: string): Promise<string> {
  advanceSeconds(1);
  return (await fixture.requestSignUp(email, 'Anna Keller', chosen)).token!;
}
const confirm = (token: string, typed: string, callerAddress = '192.0.2.1'): Promise<string> =>
  fixture.service.codeOf(confirmSignUp, { token, password: typed }, 'nobody', { callerAddress });
const signIn = (email: string, typed: string): Promise<string> =>
  fixture.service.codeOf(createSession, { email, password: typed }, 'nobody');

describe('two sign-ups for one address', () => {
  it.each(['before', 'after'])(
    'give the account only the password of its owner when somebody else signs up %s the owner',
    async (order) => {
      const email = `${order}@example.ch`;
      const passwords = order === 'before' ? [passwordOfAttacker, password] : [password, passwordOfAttacker];
      const tokens = new Map<string, string>();
      for (const chosen of passwords) tokens.set(chosen, await requestWith(email, chosen));
      // The owner opens both mails and types their own password.
      expect(await confirm(tokens.get(passwordOfAttacker)!, password)).toBe('SIGN_UP_PASSWORD_WRONG');
      expect(await signIn(email, passwordOfAttacker)).toBe('SIGN_IN_FAILED');
      expect(await confirm(tokens.get(password)!, password)).toBe('ok');
      expect(await signIn(email, password)).toBe('ok');
      expect(await signIn(email, passwordOfAttacker)).toBe('SIGN_IN_FAILED');
      expect(await confirm(tokens.get(passwordOfAttacker)!, passwordOfAttacker)).toBe('SIGN_UP_TOKEN_INVALID');
    },
  );
});

describe('a confirmation', () => {
  it('is rejected with a wrong password, and creates no account', async () => {
    const token = await requestWith('wrong@example.ch', password);
    expect(await confirm(token, 'not the password of it')).toBe('SIGN_UP_PASSWORD_WRONG');
    expect(await fixture.service.rows(`select from account where email_key = 'wrong@example.ch'`)).toEqual([]);
  });

  it('with a wrong password is counted per network: of 25 concurrent ones, 20 are checked', async () => {
    const tokens: string[] = [];
    for (let count = 0; count < 25; count += 1) tokens.push(await requestWith(`many-${count}@example.ch`, password));
    const codes = await rejectPasswordsTogether(
      tokens.map((token) => () => confirm(token, 'not the password of it', '203.0.113.9')),
    );
    expect(codes.filter((code) => code === 'SIGN_UP_PASSWORD_WRONG')).toHaveLength(20);
    expect(codes.filter((code) => code === 'SIGN_UP_LIMITED')).toHaveLength(5);
  });

  it('must wait after five wrong passwords, also when they are concurrent and from other networks', async () => {
    const token = await requestWith('guessed@example.ch', password);
    const codes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => confirm(token, 'not the password of it', `198.51.100.${index}`)),
    );
    expect(codes.filter((code) => code === 'SIGN_UP_PASSWORD_WRONG')).toHaveLength(5);
    expect(codes.filter((code) => code === 'SIGN_UP_LIMITED')).toHaveLength(3);
    const rejection = await fixture.service
      .call(confirmSignUp, { token, password }, 'nobody', { callerAddress: '203.0.113.1' })
      .catch((error: DomainError) => error);
    expect(rejection).toMatchObject({ code: 'SIGN_UP_LIMITED', retryAfter: 30 });
    advanceSeconds(30);
    expect(await confirm(token, password)).toBe('ok');
  });

  it('returns the result again with the right password only', async () => {
    const token = await requestWith('again@example.ch', password);
    expect(await confirm(token, password)).toBe('ok');
    expect(await confirm(token, password)).toBe('ok');
    expect(await confirm(token, passwordOfAttacker)).toBe('SIGN_UP_PASSWORD_WRONG');
  });

  it('is rejected a day after the sign-up', async () => {
    const token = await requestWith('late@example.ch', password);
    advanceSeconds(86_400);
    expect(await confirm(token, password)).toBe('SIGN_UP_TOKEN_INVALID');
    expect(
      await fixture.service.codeOf(requestSignUp, { email: 'late@example.ch', password, name: 'A' }, 'nobody'),
    ).toBe('ok');
  });
});
