import { createSession } from '@cordee/contracts/identity/session';
import type { DomainError } from '@cordee/contracts/domain-error';
import { PrivateBroker } from '@cordee/testing/messaging/private-broker';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityFixture, password, type Person } from '../../test/identity.fixture.ts';
import { rejectPasswordsTogether } from '../../test/reject-passwords-together.ts';

/** The number of attempts that are sent at the same time. */
const CONCURRENCY = 20;

/** The longest time of a call. On a busy machine, the hashes of 20 concurrent passwords take long. */
const MAX_CALL_MS = 60_000;

let broker: PrivateBroker;
let fixture: IdentityFixture;
beforeAll(async () => {
  // Both replicas use a private broker. On the shared broker, an identity service of another suite would handle some of
  // the calls.
  broker = await PrivateBroker.start();
  fixture = await IdentityFixture.start({ NATS_URL: broker.url, MAX_CALL_WAIT_MS: String(MAX_CALL_MS) });
  fixture.service.freezeClock();
});
afterAll(async () => {
  await fixture.service.stop();
  await broker.remove();
});

interface SignIn {
  email: string;
  typed?: string;
  from?: string | undefined;
  deviceToken?: string;
}
const signIn = ({ email, typed = password, from = '192.0.2.1', deviceToken }: SignIn): Promise<string> =>
  fixture.service.codeOf(createSession, { email, password: typed, ...(deviceToken ? { deviceToken } : {}) }, 'nobody', {
    callerAddress: from,
    timeoutMs: MAX_CALL_MS,
  });
const wrongPassword = 'a wrong password of the attacker';
const signInWrongly = (attempt: SignIn): Promise<string> => signIn({ ...attempt, typed: wrongPassword });

let networkCount = 0;
/** An address that no other test uses. */
const newAddress = (): string => `2001:db8:0:${(networkCount += 1).toString(16)}::1`;
const newDeviceToken = async ({ email }: Pick<Person, 'email'>): Promise<string> =>
  (await fixture.service.call(createSession, { email, password }, 'nobody', { callerAddress: newAddress() }))
    .deviceToken;

async function attack(
  count: number,
  email: string,
  addressOf: (index: number) => string,
): Promise<Record<string, number>> {
  const codes: Record<string, number> = {};
  for (let start = 0; start < count; start += CONCURRENCY) {
    const batch = Array.from({ length: CONCURRENCY }, (_, offset) =>
      signInWrongly({ email, from: addressOf(start + offset) }),
    );
    for (const code of await Promise.all(batch)) codes[code] = (codes[code] ?? 0) + 1;
  }
  return codes;
}
const advanceSeconds = (seconds: number): void =>
  fixture.service.moveClockTo(new Date(fixture.service.process.clock.now().getTime() + seconds * 1_000).toISOString());
const guessingEventsOf = async ({ accountId }: Person): Promise<unknown[]> =>
  (await fixture.service.eventsOf(accountId)).filter(
    ({ type }) => type === 'identity.account.password_guessing_detected',
  );
const sendInTurn = async (count: number, send: () => Promise<string>): Promise<string[]> => {
  const codes: string[] = [];
  for (let sent = 0; sent < count; sent += 1) codes.push(await send());
  return codes;
};

describe('many wrong passwords for one account', () => {
  it.each<[string, () => (index: number) => string]>([
    [
      'one address',
      () => {
        const address = newAddress();
        return () => address;
      },
    ],
    [
      '50 addresses',
      () => {
        const addresses = Array.from({ length: 50 }, newAddress);
        return (index) => addresses[index % addresses.length]!;
      },
    ],
  ])(
    'from %s: five of 600 are checked, the owner is notified once and signs in on a known device',
    async (_, makeChooser) => {
      const anna = await fixture.signUp();
      const deviceToken = await newDeviceToken(anna);
      const addressOf = makeChooser();
      expect(await attack(600, anna.email, addressOf)).toEqual({ SIGN_IN_FAILED: 5, SIGN_IN_LIMITED: 595 });
      expect(await guessingEventsOf(anna)).toMatchObject([{ data: { accountId: anna.accountId, attempts: 10 } }]);
      // The attacker sends the right password: it is rejected like a wrong password.
      expect(await signIn({ email: anna.email, from: addressOf(0) })).toBe('SIGN_IN_LIMITED');
      expect(await signIn({ email: anna.email, from: newAddress() })).toBe('SIGN_IN_LIMITED');
      expect(await signIn({ email: anna.email, from: addressOf(0), deviceToken })).toBe('ok');
    },
  );

  it('sent to two replicas: five are checked by both together', async () => {
    const replica = await fixture.service.startReplica();
    try {
      const anna = await fixture.signUp();
      expect(await attack(100, anna.email, newAddress)).toEqual({ SIGN_IN_FAILED: 5, SIGN_IN_LIMITED: 95 });
      expect(await guessingEventsOf(anna)).toHaveLength(1);
    } finally {
      await replica.stop();
    }
  });
});

describe('a wrong password', () => {
  it('gets the same answers whether the mail address has an account or not', async () => {
    const anna = await fixture.signUp();
    const answersFor = (email: string) => sendInTurn(12, () => signInWrongly({ email, from: newAddress() }));
    expect(await answersFor('stranger@example.ch')).toEqual(await answersFor(anna.email));
    const rejection = (email: string) =>
      fixture.service
        .call(createSession, { email, password: wrongPassword }, 'nobody')
        .catch(({ code, status, message, retryAfter }: DomainError) => ({ code, status, message, retryAfter }));
    expect(await rejection('stranger@example.ch')).toEqual({
      ...(await rejection(anna.email)),
      retryAfter: expect.any(Number),
    });
  });

  it('doubles the delay from the fifth on; after the delay, the right password resets the count', async () => {
    const anna = await fixture.signUp();
    const attempt = { email: anna.email, from: newAddress() };
    expect(await sendInTurn(6, () => signInWrongly(attempt))).toEqual([
      ...Array<string>(5).fill('SIGN_IN_FAILED'),
      'SIGN_IN_LIMITED',
    ]);
    advanceSeconds(30);
    expect([await signInWrongly(attempt), await signInWrongly(attempt)]).toEqual(['SIGN_IN_FAILED', 'SIGN_IN_LIMITED']);
    advanceSeconds(31);
    expect(await signIn(attempt)).toBe('SIGN_IN_LIMITED');
    const rejection = await fixture.service
      .call(createSession, { email: anna.email, password }, 'nobody')
      .catch((error: DomainError) => error);
    expect(rejection).toMatchObject({ code: 'SIGN_IN_LIMITED', retryAfter: expect.any(Number) });
    advanceSeconds(30);
    expect(await signIn(attempt)).toBe('ok');
    expect(await sendInTurn(5, () => signInWrongly(attempt))).toEqual(Array<string>(5).fill('SIGN_IN_FAILED'));
  });

  it('is counted per network: after 20 wrong passwords, the network must wait for other accounts too', async () => {
    const [anna, ben] = [await fixture.signUp(), await fixture.signUp()];
    const deviceToken = await newDeviceToken(anna);
    const from = newAddress();
    let emailCount = 0;
    const codes = await sendInTurn(25, () => signInWrongly({ email: `sprayed-${(emailCount += 1)}@example.ch`, from }));
    expect(codes).toEqual([...Array<string>(20).fill('SIGN_IN_FAILED'), ...Array<string>(5).fill('SIGN_IN_LIMITED')]);
    expect(await signIn({ email: ben.email, from: from.replace('::1', '::2') })).toBe('SIGN_IN_LIMITED');
    expect(await signIn({ email: ben.email, from: newAddress() })).toBe('ok');
    expect(await signIn({ email: anna.email, from, deviceToken })).toBe('ok');
  });

  it('is counted per network: of 100 at the same time for 100 accounts, 20 are checked', async () => {
    const [anna, from] = [await fixture.signUp(), newAddress()];
    const emails = [anna.email, ...Array.from({ length: 99 }, (_, index) => `at-once-${index}@example.ch`)];
    const codes = await rejectPasswordsTogether(emails.map((email) => () => signInWrongly({ email, from })));
    expect(codes.filter((code) => code === 'SIGN_IN_FAILED')).toHaveLength(20);
    expect(codes.filter((code) => code === 'SIGN_IN_LIMITED')).toHaveLength(80);
    expect(await signIn({ email: anna.email, from })).toBe('SIGN_IN_LIMITED');
  });

  it('stays counted for the network when an attacker signs in with another account', async () => {
    const [anna, from] = [await fixture.signUp(), newAddress()];
    let emailCount = 0;
    const tryOtherAccount = () => signInWrongly({ email: `other-${(emailCount += 1)}@example.ch`, from });
    await sendInTurn(19, tryOtherAccount);
    expect(await signIn({ email: anna.email, from })).toBe('ok');
    expect([await tryOtherAccount(), await tryOtherAccount()]).toEqual(['SIGN_IN_FAILED', 'SIGN_IN_LIMITED']);
  });

  it('on a known device delays this device only', async () => {
    const anna = await fixture.signUp();
    const [tokenOfThief, tokenOfOwner] = [await newDeviceToken(anna), await newDeviceToken(anna)];
    const attempt = { email: anna.email, from: newAddress(), deviceToken: tokenOfThief };
    expect(await sendInTurn(6, () => signInWrongly(attempt))).toEqual([
      ...Array<string>(5).fill('SIGN_IN_FAILED'),
      'SIGN_IN_LIMITED',
    ]);
    expect(await signIn(attempt)).toBe('SIGN_IN_LIMITED');
    expect(await signIn({ ...attempt, deviceToken: tokenOfOwner })).toBe('ok');
    expect(await signIn({ email: anna.email, from: newAddress() })).toBe('ok');
  });
});

describe('a device token', () => {
  it('stays the same at the next sign-in, so that signing in gives its thief no new attempts', async () => {
    const anna = await fixture.signUp();
    const first = await newDeviceToken(anna);
    const next = await fixture.service.call(
      createSession,
      { email: anna.email, password, deviceToken: first },
      'nobody',
    );
    expect(next.deviceToken).toBe(first);
  });

  it('is ignored for another account and when it is invented', async () => {
    const [anna, ben] = [await fixture.signUp(), await fixture.signUp()];
    const tokenOfBen = await newDeviceToken(ben);
    await attack(20, anna.email, newAddress);
    for (const deviceToken of [tokenOfBen, 'invented', 'AAAA'])
      expect(await signIn({ email: anna.email, from: newAddress(), deviceToken })).toBe('SIGN_IN_LIMITED');
  });
});

it('the owner is notified again after a day, and not of a few wrong passwords', async () => {
  const [anna, ben] = [await fixture.signUp(), await fixture.signUp()];
  await attack(20, anna.email, newAddress);
  advanceSeconds(23 * 3_600);
  await attack(20, anna.email, newAddress);
  expect(await guessingEventsOf(anna)).toHaveLength(1);
  advanceSeconds(3_600);
  await attack(20, anna.email, newAddress);
  expect(await guessingEventsOf(anna)).toHaveLength(2);
  await sendInTurn(4, () => signInWrongly({ email: ben.email, from: newAddress() }));
  expect(await guessingEventsOf(ben)).toEqual([]);
});

it('the counts contain no addresses, and old ones are deleted', async () => {
  const anna = await fixture.signUp();
  await signInWrongly({ email: anna.email, from: '198.51.100.7' });
  const readRows = () =>
    fixture.service.rows(
      `select row_to_json(attempt_count)::text as text from attempt_count
       union all select row_to_json(guess_burst)::text from guess_burst`,
    );
  const text = JSON.stringify(await readRows());
  expect(text).not.toContain(anna.email);
  expect(text).not.toContain('198.51.100.7');
  await fixture.service.rows(`update attempt_count set last_at = last_at - interval '10 days'`);
  await fixture.service.rows(`update guess_burst set started_at = started_at - interval '10 days'`);
  // A service deletes old rows when it starts, and then every hour.
  const replica = await fixture.service.startReplica();
  await fixture.service.until(async () => (await readRows()).length === 0, 'the deletion of old counts');
  await replica.stop();
});
