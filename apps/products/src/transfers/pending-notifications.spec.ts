import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AccessCache } from '@cordee/access/access-cache';
import { EndedSessions } from '@cordee/access/ended-sessions';
import { HeldLeases } from '@cordee/access/held-leases';
import { subscribeAccessChanges } from '@cordee/access/subscribe-access-changes';
import { acceptTransfer } from '@cordee/contracts/products/transfer-offer';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { GrantedLeases } from '@cordee/service/granted-leases';
import { TransfersFixture } from '../../test/transfers.fixture.ts';

const CACHE_BYTES = 100_000_000;

let transfers: TransfersFixture;
beforeAll(async () => {
  transfers = await TransfersFixture.start();
});
afterAll(() => transfers.stop());

it('a repeated acceptance returns only after the offering organization has lost access (ACC-3)', async () => {
  const { test } = transfers;
  const rpc = new RpcClient(test.bus, 'replica');
  const leases = new HeldLeases(randomUUID(), rpc);
  const access = new AccessCache(leases, rpc, CACHE_BYTES);
  await subscribeAccessChanges(
    test.bus,
    { service: rpc.service, processId: leases.processId },
    { access, endedSessions: new EndedSessions(leases, rpc) },
  );
  leases.start();
  const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
  const productId = await transfers.buy(from);
  const token = await transfers.offerByLink(from, productId);
  const question = { accountId: from.admin, right: 'admin', productId };
  const check = async () => (await access.forOrganization(from.organizationId)).check({ ...question, at: new Date() });
  expect(await check()).toBe(true);
  // A notification without changes still succeeds.
  const failingNotify = jest
    .spyOn(GrantedLeases.prototype, 'notify')
    .mockImplementation((changes) =>
      changes.length === 0 ? Promise.resolve() : Promise.reject(new Error('killed after the commit')),
    );
  const input = { organizationId: to.organizationId, token };
  const firstCode = await test.codeOf(acceptTransfer, input, to.as.admin, { idempotencyKey: 'k1' });
  failingNotify.mockRestore();
  const repeatedCode = await test.codeOf(acceptTransfer, input, to.as.admin, { idempotencyKey: 'k1' });
  const isStillAllowed = await check();
  await leases.stop();
  expect(firstCode).not.toBe('ok');
  expect(repeatedCode).toBe('ok');
  expect(isStillAllowed).toBe(false);
});
