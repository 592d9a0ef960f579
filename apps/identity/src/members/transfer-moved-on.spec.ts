import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { listMembers } from '@cordee/contracts/identity/member';
import { newId } from '@cordee/contracts/id';
import { productReceived } from '@cordee/contracts/products/transfer';
import { IdentityFixture } from '../../test/identity.fixture.ts';

let people: IdentityFixture;
beforeAll(async () => {
  people = await IdentityFixture.start();
});
afterAll(() => people.service.stop());

it('who would have come with a product that has moved on meanwhile does not come to belong to an organization that no longer has it', async () => {
  const [chief, eva] = [await people.signUp(), await people.signUp()];
  const { organizationId } = chief;
  const { service } = people;
  const productId = newId('prd', new Date());
  // Received, and given away again before identity hears of the first.
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
    kept: [{ accountId: eva.accountId, endsAt: null }],
    keptRight: 'user',
    renewal: {
      interval: 'yearly' as const,
      currency: 'CHF' as const,
      anchor: '2026-01-31',
      periodStart: '2026-01-31',
      periodEnd: '2027-01-31',
      hasExpired: false,
    },
  });
  const { data } = await service.call(listMembers, { organizationId }, chief.as);
  expect(data.map(({ accountId }) => accountId)).toEqual([chief.accountId]);
});
