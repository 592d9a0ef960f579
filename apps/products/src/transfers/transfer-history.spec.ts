import { toId } from '@cordee/contracts/id';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberRemoved } from '@cordee/contracts/identity/member';
import { addResource, blockProduct, getProduct } from '@cordee/contracts/products/product';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { type TestService, uuid } from '@cordee/testing/test-service';
import { TransfersFixture, type TestOrganization } from '../../test/transfers.fixture.ts';

let transfers: TransfersFixture;
let test: TestService;
beforeAll(async () => {
  transfers = await TransfersFixture.start();
  test = transfers.test;
});
afterAll(() => transfers.stop());

describe('a transferred product', () => {
  it('gets a new ownership period each time that an organization receives it', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from, 'mail_service');
    const { id: resourceId } = await test.call(
      addResource,
      {
        organizationId: from.organizationId,
        productId,
        kind: 'mail_address',
        name: 'a@alpine.example',
        ownerAccountId: from.ben,
      },
      from.as.admin,
    );
    for (const [giver, taker] of [
      [from, to],
      [to, from],
      [from, to],
      [to, from],
    ] as const) {
      transfers.advanceClock(60_000);
      await transfers.accept(taker, await transfers.offerByLink(giver, productId));
      expect([await transfers.owns(giver, productId), await transfers.owns(taker, productId)]).toEqual([false, true]);
    }
    const ownerships = await test.rows(
      `select organization_id, ownership_number, since, until from product_ownership
       where product_id = $1 order by since`,
      [uuid(productId)],
    );
    // Each organization counts its own ownership periods from 1.
    expect(ownerships.map((row) => [row['organization_id'], row['ownership_number']])).toEqual(
      [from, to, from, to, from].map(({ organizationId }, index) => [uuid(organizationId), 1 + Math.floor(index / 2)]),
    );
    for (const [index, { until }] of ownerships.entries())
      expect(until).toEqual(ownerships[index + 1]?.['since'] ?? null);
    expect(
      (await test.call(getProduct, { organizationId: from.organizationId, productId }, from.as.admin)).resources,
    ).toMatchObject([{ id: resourceId, ownerAccountId: null, formerOwnerAccountId: null }]);
  });

  it('is in the snapshot of a past instant with its owner and its resource owners of that time', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from, 'mail_service');
    const { id: resourceId } = await test.call(
      addResource,
      {
        organizationId: from.organizationId,
        productId,
        kind: 'mail_address',
        name: 'a@alpine.example',
        ownerAccountId: from.ben,
      },
      from.as.admin,
    );
    // The access caches are updated, also with the resources of the product.
    const cachedResources = async (organization: TestOrganization) =>
      [...(await test.process.access.forOrganization(organization.organizationId)).products.resourcesOf(productId)].map(
        (resource) => [resource.resourceId, resource.ownerAccountId],
      );
    expect([await cachedResources(from), await cachedResources(to)]).toEqual([[[resourceId, from.ben]], []]);
    transfers.advanceClock(60_000);
    const before = test.process.clock.now().toISOString();
    transfers.advanceClock(60_000);
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    expect(await cachedResources(to)).toEqual([[resourceId, null]]);
    transfers.advanceClock(60_000);
    const snapshotAt = async (organization: TestOrganization, at?: string) => {
      const { products, resources } = await test.call(
        getProductSnapshot,
        { organizationId: organization.organizationId, ...(at ? { at } : {}) },
        { service: 'teams' },
      );
      return [products.map((product) => product.productId), resources.map((resource) => resource.ownerAccountId)];
    };
    const [emptySnapshot, after] = [[[], []], test.process.clock.now().toISOString()];
    expect([await snapshotAt(from, before), await snapshotAt(to, before)]).toEqual([
      [[productId], [from.ben]],
      emptySnapshot,
    ]);
    for (const at of [after, undefined])
      expect([await snapshotAt(from, at), await snapshotAt(to, at)]).toEqual([emptySnapshot, [[productId], [null]]]);
    await transfers.accept(from, await transfers.offerByLink(to, productId));
    expect([await snapshotAt(from), await snapshotAt(from, before), await snapshotAt(from, after)]).toEqual([
      [[productId], [null]],
      [[productId], [from.ben]],
      emptySnapshot,
    ]);
  });

  it('keeps the parents of its folders', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const [root] = (await test.call(getProduct, { organizationId: from.organizationId, productId }, from.as.admin))
      .resources;
    await test.call(
      addResource,
      { organizationId: from.organizationId, productId, kind: 'folder', name: 'Plans', parentId: root!.id },
      from.as.admin,
    );
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    await transfers.accept(from, await transfers.offerByLink(to, productId));
    expect(
      (await test.call(getProduct, { organizationId: from.organizationId, productId }, from.as.admin)).resources,
    ).toMatchObject([
      { id: root!.id, parentId: null },
      { name: 'Plans', parentId: root!.id },
    ]);
  });

  it('keeps its history in the former organization when a resource owner leaves that organization later', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from, 'mail_service');
    const { id: resourceId } = await test.call(
      addResource,
      {
        organizationId: from.organizationId,
        productId,
        kind: 'mail_address',
        name: 'a@alpine.example',
        ownerAccountId: from.ben,
      },
      from.as.admin,
    );
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    const [formerRow] = await test.rows(`select owner_member_id from resource where id = $1 and organization_id = $2`, [
      uuid(resourceId),
      uuid(from.organizationId),
    ]);
    await test.publishEvent(memberRemoved, {
      organizationId: from.organizationId,
      memberId: toId('mem', formerRow!['owner_member_id'] as string),
      accountId: from.ben,
      role: 'collaborator',
    });
    expect(
      await test.rows(`select owner_account_id from resource where id = $1 order by organization_id = $2`, [
        uuid(resourceId),
        uuid(from.organizationId),
      ]),
    ).toEqual([{ owner_account_id: null }, { owner_account_id: uuid(from.ben) }]);
    expect(await transfers.eventsOf(resourceId)).toHaveLength(1);
  });

  it('keeps the blocks that a service set, but not the blocks of the former organization', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from, 'web_hosting');
    await test.call(
      blockProduct,
      { organizationId: from.organizationId, productId, reason: 'stolen password' },
      from.as.admin,
    );
    await test.database.query(
      `insert into product_block (organization_id, product_id, origin, reason, set_by, set_at)
       values ($1, $2, 'renewals', 'debt', 'service:renewals', now())`,
      [uuid(from.organizationId), uuid(productId)],
    );
    const blocksOf = async (organization: TestOrganization) =>
      (await test.call(getProduct, { organizationId: organization.organizationId, productId }, organization.as.admin))
        .blockReasons;
    await transfers.accept(to, await transfers.offerByLink(from, productId));
    expect(await blocksOf(to)).toEqual(['debt']);
    await test.database.query(
      `update product_block set lifted_at = now(), lifted_by = 'service:renewals' where organization_id = $1`,
      [uuid(to.organizationId)],
    );
    await transfers.accept(from, await transfers.offerByLink(to, productId));
    expect(await blocksOf(from)).toEqual([]);
  });

  it('is hidden by row-level security when no tenant context is set', async () => {
    const from = transfers.createOrganization();
    await transfers.offer(from, await transfers.buy(from));
    await test.database.query('begin; set local role cordee_products;');
    const { rows } = await test.database.query(
      `select (select count(*) from transfer)::int as transfers,
              (select count(*) from product_ownership)::int as ownerships`,
    );
    await test.database.query('rollback');
    expect(rows).toEqual([{ transfers: 0, ownerships: 0 }]);
  });
});
