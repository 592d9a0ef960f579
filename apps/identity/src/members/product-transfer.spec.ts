import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRevision } from '@cordee/access/access-revision';
import { getMemberSnapshot, listMembers } from '@cordee/contracts/identity/member';
import { newId, toId } from '@cordee/contracts/id';
import { productReceived } from '@cordee/contracts/products/transfer-events';
import type { TestService } from '@cordee/testing/test-service';
import { IdentityFixture } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
let test: TestService;

beforeAll(async () => {
  fixture = await IdentityFixture.start();
  test = fixture.service;
});
afterAll(() => test.stop());

/**
 * Adds a product to the stubbed snapshot of the organization, and returns the data of its `productReceived`. Without
 * `isCacheNotified`, the access cache does not learn of the change.
 */
function receiveProduct(
  organizationId: `org_${string}`,
  retainedAccountIds: `acc_${string}`[],
  { isCacheNotified = true }: { isCacheNotified?: boolean } = {},
) {
  const [productId, now] = [newId('prd', new Date()), new Date()];
  test.stubbedSnapshots.products.set(organizationId, [
    ...(test.stubbedSnapshots.products.get(organizationId) ?? []),
    { productId, ownershipNumber: 2, type: 'drive', name: 'Files' },
  ]);
  if (isCacheNotified) test.snapshotChanged('products', organizationId);
  else test.changeSnapshotSilently('products', organizationId);
  return {
    organizationId,
    productId,
    transferId: newId('trf', now),
    fromOrganizationId: newId('org', now),
    ownershipNumber: 2,
    type: 'drive',
    name: 'Files',
    retained: retainedAccountIds.map((accountId) => ({ accountId, endsAt: null })),
    retainedRight: 'user',
    renewal: {
      interval: 'yearly' as const,
      currency: 'CHF' as const,
      anchor: '2026-01-31',
      periodStart: '2026-01-31',
      periodEnd: '2027-01-31',
      hasExpired: false,
    },
  };
}

describe('retained users of a received product (PROD-5)', () => {
  it('become externals of the organization, unless they are members already', async () => {
    const [manager, eva] = [await fixture.signUp(), await fixture.signUp()];
    const { organizationId } = manager;
    const deletedAccountId = newId('acc', new Date());
    const transfer = receiveProduct(organizationId, [eva.accountId, manager.accountId, deletedAccountId]);
    await test.publishEvent(productReceived, transfer);
    // The same sequence again: a repeated delivery has no effect.
    await test.publishEvent(productReceived, transfer, { sequence: 1 });
    const { data } = await test.call(listMembers, { organizationId }, { account: manager.accountId });
    expect(data.map(({ accountId, role, flags }) => [accountId, role, flags!.length])).toEqual([
      [manager.accountId, 'legal_representative', 5],
      [eva.accountId, 'external', 0],
    ]);
    expect((await test.call(getMemberSnapshot, { organizationId }, { service: 'teams' })).people).toHaveLength(2);
    const added = (await test.eventsOf(organizationId)).find(
      ({ type, data: { accountId } }) => type === 'identity.member.added' && accountId === eva.accountId,
    )!;
    expect(added.data).toMatchObject({ organizationId, role: 'external', invitationId: null, teamIds: [] });
    // The event contains the member ids that the service teams needs for grants: also of existing members, but of no
    // deleted account.
    const memberIds = new Map(data.map(({ accountId, id }) => [accountId, id]));
    const events = (await test.eventsOf(organizationId)).filter(
      ({ type, data: { transferId } }) => type === 'identity.member.retained' && transferId === transfer.transferId,
    );
    expect(events.map((each) => each.data)).toEqual([
      {
        organizationId,
        transferId: transfer.transferId,
        productId: transfer.productId,
        ownershipNumber: 2,
        retainedRight: 'user',
        retained: [eva, manager].map(({ accountId }) => ({
          accountId,
          memberId: memberIds.get(accountId),
          endsAt: null,
        })),
      },
    ]);
    // A second product adds no member: Eva was added to her own organization when she signed up, and to this one once.
    await test.publishEvent(productReceived, receiveProduct(organizationId, [eva.accountId]));
    expect(
      (await test.outbox()).filter(
        ({ type, data: { accountId } }) => type === 'identity.member.added' && accountId === eva.accountId,
      ),
    ).toHaveLength(2);
  });

  it('become externals although the access cache lacks the product; the events contain both revisions', async () => {
    const [manager, eva] = [await fixture.signUp(), await fixture.signUp()];
    const { organizationId } = manager;
    await test.process.access.forOrganization(organizationId);
    const transfer = receiveProduct(organizationId, [eva.accountId], { isCacheNotified: false });
    await test.publishEvent(productReceived, transfer);
    const { data } = await test.call(listMembers, { organizationId }, { account: manager.accountId });
    expect(data.map(({ accountId }) => accountId)).toEqual([manager.accountId, eva.accountId]);
    const { revision } = await test.call(getMemberSnapshot, { organizationId }, { service: 'teams' });
    // The last two events: Eva was added, and the users were retained.
    const revisions = (await test.eventsOf(organizationId))
      .filter(({ type }) => ['identity.member.added', 'identity.member.retained'].includes(type))
      .slice(-2)
      .map(({ event }) => readRevision(organizationId, event.accessrevision!));
    // Both revisions: the revision of the people and the revision of the products.
    const products = test.revisionOf('products', organizationId);
    expect(revisions).toMatchObject([
      { people: revision, products },
      { people: revision, products },
    ]);
    // No member is new, so the revision of people stays the same.
    await test.publishEvent(
      productReceived,
      receiveProduct(organizationId, [eva.accountId], { isCacheNotified: false }),
    );
    const retained = (await test.eventsOf(organizationId)).at(-1)!;
    expect([retained.type, readRevision(organizationId, retained.event.accessrevision!)]).toMatchObject([
      'identity.member.retained',
      { people: revision, products: products + 1 },
    ]);
  });

  it('are blocked when they were blocked before the transfer, unless they are members already', async () => {
    const [manager, eva] = [await fixture.signUp(), await fixture.signUp()];
    const { organizationId } = manager;
    const transfer = receiveProduct(organizationId, [eva.accountId, manager.accountId]);
    await test.publishEvent(productReceived, {
      ...transfer,
      retained: transfer.retained.map((each) => ({ ...each, isBlocked: true as const })),
    });
    const { people: members } = await test.call(getMemberSnapshot, { organizationId }, { service: 'teams' });
    expect(new Map(members.map(({ accountId, isBlocked }) => [accountId, isBlocked]))).toEqual(
      new Map([
        [manager.accountId, false],
        [eva.accountId, true],
      ]),
    );
  });

  it('become externals also when a product has a thousand of them, with one status and one event each', async () => {
    const { organizationId } = await fixture.signUp();
    const rows = await test.rows(
      `insert into account (id, email, email_key, name, locale, password_hash, created_at)
       select gen_random_uuid(), 'many-' || n || '@example.ch', 'many-' || n || '@example.ch',
              'Eva Frei', 'de', 'none', now()
       from generate_series(1, 1000) n returning id`,
    );
    const accountIds = rows.map(({ id }) => toId('acc', id as string));
    await test.publishEvent(productReceived, receiveProduct(organizationId, accountIds));
    const { people: members } = await test.call(getMemberSnapshot, { organizationId }, { service: 'teams' });
    expect(new Set(members.filter(({ role }) => role === 'external').map(({ accountId }) => accountId))).toEqual(
      new Set(accountIds),
    );
    const added = (await test.eventsOf(organizationId)).filter(
      ({ type, data }) => type === 'identity.member.added' && data['role'] === 'external',
    );
    expect(new Set(added.map(({ data }) => data['accountId']))).toEqual(new Set(accountIds));
  });
});
