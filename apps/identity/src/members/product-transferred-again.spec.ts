import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { listMembers } from '@cordee/contracts/identity/member';
import { newId } from '@cordee/contracts/id';
import { productReceived } from '@cordee/contracts/products/transfer-events';
import { IdentityFixture } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());

it('retained users are not added to an organization that no longer owns the product', async () => {
  const [manager, eva] = [await fixture.signUp(), await fixture.signUp()];
  const { organizationId } = manager;
  const { service } = fixture;
  const productId = newId('prd', new Date());
  // The product is transferred again before identity receives the event of the first transfer.
  service.stubbedSnapshots.products.set(organizationId, []);
  service.snapshotChanged('products', organizationId);
  await service.publishEvent(productReceived, {
    organizationId,
    productId,
    transferId: newId('trf', new Date()),
    fromOrganizationId: newId('org', new Date()),
    ownershipNumber: 1,
    type: 'drive',
    name: 'Files',
    retained: [{ accountId: eva.accountId, endsAt: null }],
    retainedRight: 'user',
    renewal: {
      interval: 'yearly' as const,
      currency: 'CHF' as const,
      anchor: '2026-01-31',
      periodStart: '2026-01-31',
      periodEnd: '2027-01-31',
      hasExpired: false,
    },
  });
  const { data } = await service.call(listMembers, { organizationId }, manager.as);
  expect(data.map(({ accountId }) => accountId)).toEqual([manager.accountId]);
});
