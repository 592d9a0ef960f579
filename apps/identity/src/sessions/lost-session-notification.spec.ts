import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AccessCache } from '@cordee/access/access-cache';
import { EndedSessions } from '@cordee/access/ended-sessions';
import { HeldLeases } from '@cordee/access/held-leases';
import { subscribeAccessChanges } from '@cordee/access/subscribe-access-changes';
import { toId } from '@cordee/contracts/id';
import { endSession } from '@cordee/contracts/identity/session';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { GrantedLeases } from '@cordee/service/granted-leases';
import { uuid } from '@cordee/testing/test-service';
import { waitFor } from '@cordee/testing/wait-for';
import { IdentityFixture } from '../../test/identity.fixture.ts';

const CACHE_BYTES = 100_000_000;

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());

it('a lost notification of an ended session is sent again, although another session ended later (ACC-3)', async () => {
  const test = fixture.service;
  const { accountId, as } = await fixture.signUp();
  const rpc = new RpcClient(test.bus, 'replica');
  const leases = new HeldLeases(randomUUID(), rpc);
  const endedSessions = new EndedSessions(leases, rpc);
  await subscribeAccessChanges(
    test.bus,
    { service: rpc.service, processId: leases.processId },
    {
      access: new AccessCache(leases, rpc, CACHE_BYTES),
      endedSessions,
    },
  );
  leases.start();
  const rows = await test.rows(
    `insert into session (id, account_id, generation, created_at, signed_in_at, last_used_at)
     select gen_random_uuid(), $1::uuid, 1, $2, $2, $2 from generate_series(1, 2) returning id`,
    [uuid(accountId), test.process.clock.now()],
  );
  const [first, second] = rows.map(({ id }) => toId('ses', id as string)) as [`ses_${string}`, `ses_${string}`];
  expect([await endedSessions.has(first), await endedSessions.has(second)]).toEqual([false, false]);

  // A notification without changes still succeeds.
  const failingNotify = jest
    .spyOn(GrantedLeases.prototype, 'notify')
    .mockImplementation((changes) =>
      changes.length === 0 ? Promise.resolve() : Promise.reject(new Error('killed after the commit')),
    );
  expect(await test.codeOf(endSession, { sessionId: first }, as)).not.toBe('ok');
  failingNotify.mockRestore();
  expect(await test.codeOf(endSession, { sessionId: second }, as)).toBe('ok');
  expect(await endedSessions.has(second)).toBe(true);
  // The search for pending notifications sends the notification that the crash prevented.
  await waitFor(() => endedSessions.has(first), 'the notification of the first session');
  await waitFor(
    async () => (await test.rows('select 1 from access_revision where notified_revision < revision')).length === 0,
    'the record that all notifications were sent',
  );
  await leases.stop();
}, 60_000);
