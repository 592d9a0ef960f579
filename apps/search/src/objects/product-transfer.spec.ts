import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import { listProductResources, productCreated, resourceAdded } from '@cordee/contracts/products/product';
import { productReceived, productTransferredAway } from '@cordee/contracts/products/transfer';
import type { TestService } from '@cordee/testing/test-service';
import { Customer, id, SearchFixture } from '../../test/search.fixture.ts';

let fixture: SearchFixture;
let test: TestService;
/** Resources by current organization and product. */
const contents = new Map<string, { resourceId: `res_${string}`; kind: string; name: string }[]>();

beforeAll(async () => {
  fixture = await SearchFixture.start();
  ({ test } = fixture);
  await test.answer(listProductResources, ({ organizationId, productId }) => {
    const found = contents.get(`${organizationId} ${productId}`);
    if (!found) throw new DomainError('PRODUCT_NOT_FOUND');
    return { data: found };
  });
});
afterAll(() => test.stop());

describe('a transferred product (PROD-5)', () => {
  it('is found with its resources at the receiving organization only', async () => {
    const [from, to] = [new Customer(fixture), new Customer(fixture)];
    const productId = from.hosting;
    test.stubbedSnapshots.products.set(to.organizationId, [
      ...test.stubbedSnapshots.products.get(to.organizationId)!,
      { productId, type: 'web_hosting', name: 'alpine.example', isBlocked: false },
    ]);
    const site = { resourceId: id('res'), kind: 'site', name: 'boutique.alpine.example' };
    from.resource(productId, site.resourceId, site.kind, site.name);
    await test.publishEvent(productCreated, {
      organizationId: from.organizationId,
      productId,
      orderId: id('ord'),
      type: 'web_hosting',
      name: 'alpine.example',
      interval: 'yearly',
      periodStart: '2026-01-31',
      currency: 'CHF',
      isAutomaticRenewal: true,
      isWarranted: false,
    });
    await test.publishEvent(resourceAdded, {
      organizationId: from.organizationId,
      productId,
      resourceId: site.resourceId,
      kind: site.kind,
      ownerAccountId: null,
    });
    expect(await from.titles('', 'chief')).toEqual(['alpine.example', 'boutique.alpine.example']);

    const move = async (giver: Customer, taker: Customer) => {
      contents.delete(`${giver.organizationId} ${productId}`);
      contents.set(`${taker.organizationId} ${productId}`, [
        site,
        { resourceId: id('res'), kind: 'mail_address', name: 'silence@alpine.example' },
      ]);
      await test.publishEvent(productTransferredAway, {
        organizationId: giver.organizationId,
        productId,
        transferId: id('trf'),
        toOrganizationId: taker.organizationId,
        ownershipNumber: 1,
      });
      await test.publishEvent(productReceived, {
        organizationId: taker.organizationId,
        productId,
        transferId: id('trf'),
        fromOrganizationId: giver.organizationId,
        ownershipNumber: 1,
        type: 'web_hosting',
        name: 'alpine.example',
        retained: [],
        retainedRight: null,
        renewal: {
          interval: 'yearly',
          currency: 'CHF',
          anchor: '2026-01-31',
          periodStart: '2026-01-31',
          periodEnd: '2027-01-31',
          hasExpired: false,
        },
      });
      expect([await giver.titles('', 'chief'), await taker.titles('', 'chief')]).toEqual([
        [],
        ['alpine.example', 'boutique.alpine.example'],
      ]);
    };
    await move(from, to);
    await move(to, from);
    // The event of a resource that was added just before the transfer arrives after it: the resource is not indexed
    // here.
    const late = id('res');
    await test.publishEvent(resourceAdded, {
      organizationId: to.organizationId,
      productId,
      resourceId: late,
      kind: 'site',
      ownerAccountId: null,
    });
    expect(await to.titles('', 'chief')).toEqual([]);
  });

  it('is not indexed at an organization that it left before the event arrives', async () => {
    const customer = new Customer(fixture);
    await test.publishEvent(productReceived, {
      organizationId: customer.organizationId,
      productId: id('prd'),
      transferId: id('trf'),
      fromOrganizationId: id('org'),
      ownershipNumber: 1,
      type: 'web_hosting',
      name: 'passing.example',
      retained: [],
      retainedRight: null,
      renewal: {
        interval: 'yearly',
        currency: 'CHF',
        anchor: '2026-01-31',
        periodStart: '2026-01-31',
        periodEnd: '2027-01-31',
        hasExpired: false,
      },
    });
    expect(await customer.titles('', 'chief')).toEqual([]);
  });
});
