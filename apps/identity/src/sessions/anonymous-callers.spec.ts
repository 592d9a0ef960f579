import { createSession, refreshSession } from '@cordee/contracts/identity/session';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { IdentityFixture, password } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());

it('slow calls without an account do not block a sign-in from another address', async () => {
  const { service } = fixture;
  const [slowPerson, otherPerson] = [await fixture.signUp(), await fixture.signUp()];
  const signIn = (email: string, callerAddress: string) =>
    service.call(createSession, { email, password }, 'nobody', { callerAddress });
  const { refreshToken } = await signIn(slowPerson.email, '192.0.2.1');
  await service.database.query('begin');
  await service.database.query('select from session for update');
  const blocked = Array.from({ length: 20 }, () =>
    service.codeOf(refreshSession, { refreshToken }, 'nobody', { callerAddress: '192.0.2.1' }),
  );
  try {
    await service.until(async () => {
      // Within a transaction, PostgreSQL shows the same activity until the snapshot is cleared.
      await service.rows('select pg_stat_clear_snapshot()');
      const waiting = await service.rows(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length >= 5;
    }, 'five refreshes that wait for the session');
    expect(await signIn(otherPerson.email, '192.0.2.2')).toMatchObject({ accountId: expect.any(String) });
  } finally {
    await service.database.query('rollback');
  }
  expect(await Promise.all(blocked)).toContain('ok');
});
