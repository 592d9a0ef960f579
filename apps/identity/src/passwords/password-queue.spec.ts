import { toUuid } from '@cordee/contracts/id';
import { requestSignUp } from '@cordee/contracts/identity/account';
import { createOrganization } from '@cordee/contracts/identity/organization';
import { createSession } from '@cordee/contracts/identity/session';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { IdentityFixture, password } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start({ DATABASE_POOL_SIZE: '2' }, { hasFullHashCost: true });
});
afterAll(() => fixture.service.stop());

/** Sends sign-ups from one network, each from another address. A sign-up hashes a password, like a sign-in. */
const sendSignUps = (count: number): { codes: Promise<string[]>; countPending: () => number } => {
  let pendingCount = count;
  const codes = Array.from({ length: count }, (_, index) =>
    fixture.service
      .codeOf(requestSignUp, { email: `flood-${index}@example.ch`, password, name: 'Flood' }, 'nobody', {
        callerAddress: `2001:db8::${index + 1}`,
      })
      .finally(() => {
        pendingCount -= 1;
      }),
  );
  return { codes: Promise.all(codes), countPending: () => pendingCount };
};

it('a new password is hashed with the cost that OWASP recommends', async () => {
  const { accountId } = await fixture.signUp();
  const [row] = await fixture.service.rows(`select password_hash from account where id = $1`, [toUuid(accountId)]);
  expect(row!['password_hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

it('300 passwords from one network wait, and no sign-in from another network is refused', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => fixture.signUp()));
  const signUps = sendSignUps(300);
  const signIns = await Promise.all(
    people.map(({ email }, index) =>
      fixture.service.codeOf(createSession, { email, password }, 'nobody', { callerAddress: `192.0.2.${index}` }),
    ),
  );
  expect(signIns).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  expect(signUps.countPending()).toBeGreaterThan(0);
  expect(await signUps.codes).toContain('ok');
});

it('a password that waits or is being hashed uses no database connection', async () => {
  const anna = await fixture.signUp();
  // There are more sign-ups than connections to the database.
  const signUps = sendSignUps(50);
  expect(await fixture.service.codeOf(createOrganization, { name: 'Alpine Rescue' }, anna.as)).toBe('ok');
  expect(signUps.countPending()).toBeGreaterThan(0);
  await signUps.codes;
});
