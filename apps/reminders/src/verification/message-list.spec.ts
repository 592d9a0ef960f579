import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { invoiceIssued } from '@cordee/contracts/billing/document-events';
import { newId } from '@cordee/contracts/id';
import { listMessages } from '@cordee/contracts/reminders/message';
import { describeProduct, productBlocked } from '@cordee/contracts/products/product';
import { id, RemindersFixture, type Person } from '../../test/reminders.fixture.ts';

let fixture: RemindersFixture;
beforeAll(async () => {
  fixture = await RemindersFixture.start();
  await fixture.test.stub(describeProduct, ({ productId }) => ({
    productId,
    type: 'web_hosting',
    name: 'alpine.example',
    status: 'blocked' as const,
  }));
});
afterAll(() => fixture.stop());

it('shows messages about documents and visible products to people who may see documents', async () => {
  const { organizationId, productId } = fixture.createOrganization();
  const hiddenProductId = id('prd');
  const { test, anna, ben, dora } = fixture;
  test.stubbedSnapshots.products.set(organizationId, [
    { productId, type: 'web_hosting', name: 'alpine.example' },
    { productId: hiddenProductId, type: 'web_hosting', name: 'hidden.example' },
  ]);
  const people = test.stubbedSnapshots.people.get(organizationId)!;
  test.stubbedSnapshots.people.set(
    organizationId,
    people.map((person) => ({ ...person, flags: ['billing.view' as const] })),
  );
  test.stubbedSnapshots.grants.set(organizationId, {
    grants: [
      {
        grantId: id('grt'),
        holder: { kind: 'account', accountId: ben.accountId },
        object: { kind: 'product', productId },
        right: 'technical',
        endsAt: null,
      },
    ],
  });
  const documentId = newId('inv', test.process.clock.now());
  await test.publishEvent(invoiceIssued, {
    organizationId,
    documentId,
    currency: 'CHF',
    total: { amount: 11_675, currency: 'CHF' },
    isPaid: false,
    dueOn: '2027-01-31',
    heldUntil: null,
    interval: 'yearly',
    productIds: [],
  });
  await test.publishEvent(productBlocked, { organizationId, productId, reason: 'x' });
  await test.publishEvent(productBlocked, { organizationId, productId: hiddenProductId, reason: 'x' });
  const subjectsSeenBy = async (person: Person): Promise<string[]> => {
    const { data } = await test.call(listMessages, { organizationId, limit: 200 }, { account: person.accountId });
    return [...new Set(data.map(({ subjectId }) => subjectId))].sort();
  };
  await test.until(async () => (await subjectsSeenBy(anna)).length === 3, 'the messages of three subjects');
  expect(await subjectsSeenBy(anna)).toEqual([documentId, productId, hiddenProductId].sort());
  expect(await subjectsSeenBy(ben)).toEqual([documentId, productId].sort());
  expect(await subjectsSeenBy(dora)).toEqual([documentId]);
});
