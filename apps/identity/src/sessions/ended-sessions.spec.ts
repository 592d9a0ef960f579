import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId, toId } from '@cordee/contracts/id';
import { listEndedSessions } from '@cordee/contracts/identity/session';
import { TestService, uuid } from '@cordee/testing/test-service';
import { identityService } from '../identity.service.ts';

let test: TestService;
const accountId = newId('acc', new Date());

beforeAll(async () => {
  test = await TestService.start(identityService, {
    IDENTITY_SECRET: 'a secret of the test installation, long enough',
  });
  await test.rows(
    `insert into account (id, email, email_key, name, locale, password_hash, created_at)
     values ($1, 'eva@example.ch', 'eva@example.ch', 'Eva Frei', 'de', 'none', now())`,
    [uuid(accountId)],
  );
});
afterAll(() => test.stop());

const insertSessions = (count: number, endedAt: Date | null) =>
  test.rows(
    `insert into session (
       id, account_id, generation, created_at, signed_in_at, last_used_at, ended_at, end_cause
     )
     select gen_random_uuid(), $1::uuid, 1, $2, $2, $2, $3, 'signed_out'
     from generate_series(1, ${count}) returning id`,
    [uuid(accountId), test.process.clock.now(), endedAt],
  );

it('recently ended sessions are listed in pages that fit into a message', async () => {
  const now = test.process.clock.now().getTime();
  // Neither open sessions nor sessions that ended an hour ago are listed.
  await insertSessions(10, null);
  await insertSessions(10, new Date(now - 3_600_000));
  const ended = await insertSessions(25_000, new Date(now));
  const listedIds: string[] = [];
  const pageSizes: number[] = [];
  for (let cursor: `ses_${string}` | `tok_${string}` | null | undefined; cursor !== null;) {
    const page = await test.call(listEndedSessions, cursor ? { cursor } : {}, { service: 'gateway' });
    expect(JSON.stringify(page).length).toBeLessThan(512 * 1_024);
    pageSizes.push(page.sessionIds.length);
    listedIds.push(...page.sessionIds);
    cursor = page.nextCursor;
  }
  expect(pageSizes).toEqual([10_000, 10_000, 5_000]);
  expect(new Set(listedIds)).toEqual(new Set(ended.map(({ id }) => toId('ses', id as string))));
});
