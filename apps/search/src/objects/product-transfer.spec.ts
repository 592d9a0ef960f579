import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import { listProductResources, productCreated, resourceAdded } from '@cordee/contracts/products/product';
import { productReceived, productTransferredAway } from '@cordee/contracts/products/transfer-events';
import type { TestService } from '@cordee/testing/test-service';
import { Customer, id, SearchFixture } from '../../test/search.fixture.ts';

let fixture: SearchFixture;
let test: TestService;
/** Resources by `<owner id> <product id>`. An organization without an entry does not own the product. */
const resourcesByOwner = new Map<string, { resourceId: `res_${string}`; kind: string; name: string }[]>();

beforeAll(async () => {
  fixture = await SearchFixture.start();
  ({ test } = fixture);
  await test.stub(listProductResources, ({ organizationId, productId }) => {
    const resources = resourcesByOwner.get(`${organizationId} ${productId}`);
    if (!resources) throw new DomainError('PRODUCT_NOT_FOUND');
    return { data: resources };
  });
});
afterAll(() => test.stop());

describe('a transferred product (PROD-5)', () => {
  it('and its resources are found only in the owner organization, even after a late event', async () => {
    const [firstOwner, secondOwner] = [new Customer(fixture), new Customer(fixture)];
    const productId = firstOwner.hostingProductId;
    test.stubbedSnapshots.products.set(secondOwner.organizationId, [
      ...test.stubbedSnapshots.products.get(secondOwner.organizationId)!,
      { productId, type: 'web_hosting', name: 'alpine.example', isBlocked: false },
    ]);
    const site = { resourceId: id('res'), kind: 'site', name: 'boutique.alpine.example' };
    firstOwner.setResource(productId, site.resourceId, site.kind, site.name);
    await test.publishEvent(productCreated, {
      organizationId: firstOwner.organizationId,
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
      organizationId: firstOwner.organizationId,
      productId,
      resourceId: site.resourceId,
      kind: site.kind,
      ownerAccountId: null,
    });
    expect(await firstOwner.titles('', 'chief')).toEqual(['alpine.example', 'boutique.alpine.example']);

    const transfer = async (giver: Customer, receiver: Customer) => {
      resourcesByOwner.delete(`${giver.organizationId} ${productId}`);
      resourcesByOwner.set(`${receiver.organizationId} ${productId}`, [
        site,
        // A search finds no mail address by name.
        { resourceId: id('res'), kind: 'mail_address', name: 'silence@alpine.example' },
      ]);
      await test.publishEvent(productTransferredAway, {
        organizationId: giver.organizationId,
        productId,
        transferId: id('trf'),
        toOrganizationId: receiver.organizationId,
        ownershipNumber: 1,
      });
      await test.publishEvent(productReceived, {
        organizationId: receiver.organizationId,
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
      expect([await giver.titles('', 'chief'), await receiver.titles('', 'chief')]).toEqual([
        [],
        ['alpine.example', 'boutique.alpine.example'],
      ]);
    };
    await transfer(firstOwner, secondOwner);
    await transfer(secondOwner, firstOwner);
    // A resource was added just before the transfer, and its event arrives after the transfer. The index of the former
    // owner must not contain the resource.
    const lateResourceId = id('res');
    await test.publishEvent(resourceAdded, {
      organizationId: secondOwner.organizationId,
      productId,
      resourceId: lateResourceId,
      kind: 'site',
      ownerAccountId: null,
    });
    expect(await secondOwner.titles('', 'chief')).toEqual([]);
  });

  it('is not indexed for a receiver that no longer owns the product when the event arrives', async () => {
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
