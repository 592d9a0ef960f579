import * as products from '@cordee/contracts/products/product';
import * as prices from '@cordee/contracts/products/price';
import * as types from '@cordee/contracts/products/product-type';
import * as contract from '@cordee/contracts/products/transfer';
import * as offer from '@cordee/contracts/products/transfer-offer';
import { addDays } from '@cordee/calendar/local-date';
import type { Contract } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { testChangedObjects, type ObjectChange, type TestCase } from '@cordee/testing/test-changed-objects';
import type { Caller } from '@cordee/testing/test-service';
import { afterAll, beforeAll } from '@jest/globals';
import { TransfersFixture, type ProductId, type TestOrganization } from '../test/transfers.fixture.ts';

let transfers: TransfersFixture;
beforeAll(async () => {
  transfers = await TransfersFixture.start();
});
afterAll(() => transfers.stop());

const staff: Caller = { staff: newId('acc', new Date()) };
const reminders: Caller = { service: 'reminders' };
const yearly = { currency: 'CHF', interval: 'yearly' } as const;
const tomorrow = (): string => addDays(transfers.test.process.clock.now().toISOString().slice(0, 10), 1);

/** A product, and the change that transfers it to another organization during the call. */
async function owned(): Promise<{ from: TestOrganization; productId: ProductId; transfer: () => Promise<unknown> }> {
  const from = transfers.createOrganization();
  const productId = await transfers.buy(from);
  const transfer = async (): Promise<void> => {
    const token = await transfers.offerByLink(from, productId);
    await transfers.accept(transfers.createOrganization(), token);
  };
  return { from, productId, transfer };
}

/** A call that names a product of an organization. */
const ofProduct =
  (fields: object = {}, as?: Caller, code = 'PRODUCT_NOT_FOUND') =>
  async (): Promise<TestCase> => {
    const { from, productId, transfer } = await owned();
    return {
      input: { organizationId: from.organizationId, productId, ...fields },
      as: as ?? from.as.admin,
      changes: { 'the product is transferred': { make: transfer, code } },
    };
  };

/** A call that names an offer: by its token as a recipient, or by its id as the organization or as a service. */
const ofOffer =
  (by: 'token' | 'id', codes: { cancelled: string; declined: string; accepted: string }, as?: Caller) =>
  async (): Promise<TestCase> => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const email = `${to.admin}@example.ch`;
    transfers.emails.set(to.admin, email);
    const productId = await transfers.buy(from);
    const { id: transferId } = (await transfers.offer(from, productId, { kind: 'email', email })).transfer;
    const { organizationId } = from;
    const { token } = await transfers.test.call(contract.getTransferMail, { organizationId, transferId }, reminders);
    const changes: Record<string, ObjectChange> = {
      'the offer is cancelled': {
        make: () => transfers.test.call(contract.cancelTransfer, { organizationId, transferId }, from.as.admin),
        code: codes.cancelled,
      },
      'the offer is declined': {
        make: () => transfers.test.call(offer.declineTransfer, { token }, to.as.admin),
        code: codes.declined,
      },
      'the offer is accepted for another organization': {
        make: () => {
          const other = transfers.createOrganization(to.admin);
          return transfers.accept(other, token);
        },
        code: codes.accepted,
      },
    };
    return by === 'token'
      ? { input: { organizationId: to.organizationId, token }, as: to.as.admin, changes }
      : { input: { organizationId, transferId }, as: as ?? from.as.admin, changes };
  };

/** A call of staff that names a product type. */
const ofType =
  (name: 'key' | 'type', fields: () => object, codes: { retired: string; withdrawn?: string }) =>
  async (): Promise<TestCase> => {
    const type = await createType();
    return {
      input: { [name]: type, ...fields() },
      as: staff,
      changes: {
        'the type is retired': {
          make: () => transfers.test.call(types.retireProductType, { key: type }, staff),
          code: codes.retired,
        },
        ...(codes.withdrawn
          ? {
              'the price is withdrawn': {
                make: () =>
                  transfers.test.call(prices.withdrawPrice, { type, ...yearly, validFrom: tomorrow() }, staff),
                code: codes.withdrawn,
              },
            }
          : {}),
      },
    };
  };

let typeCount = 0;
/** Creates a product type with a price from tomorrow on. */
async function createType(): Promise<string> {
  // A key contains no digits.
  const key = `made_${'x'.repeat((typeCount += 1))}`;
  await transfers.test.call(types.createProductType, { key, name: 'Notes' }, staff);
  await transfers.test.call(prices.setPrice, { type: key, ...yearly, amount: 100, validFrom: tomorrow() }, staff);
  return key;
}

/** A call that names a resource of a product. */
const ofResource = async (): Promise<
  TestCase & { resourceId: string; from: TestOrganization; productId: ProductId }
> => {
  const { from, productId, transfer } = await owned();
  const { organizationId } = from;
  const [resource] = (
    await transfers.test.call(products.listProductResources, { organizationId, productId }, { service: 'renewals' })
  ).data;
  return {
    from,
    productId,
    resourceId: resource!.resourceId,
    input: { organizationId, resourceId: resource!.resourceId },
    as: { service: 'search' },
    changes: { 'the product is transferred': { make: transfer, code: 'RESOURCE_NOT_FOUND' } },
  };
};

const testCases: [Contract, () => Promise<TestCase>][] = [
  [products.blockProduct, ofProduct({ reason: 'stolen password' })],
  [products.unblockProduct, ofProduct()],
  [products.getProduct, ofProduct()],
  [products.describeProduct, ofProduct({}, { service: 'search' })],
  [products.listProductResources, ofProduct({}, { service: 'search' })],
  [products.describeResource, ofResource],
  [
    products.addResource,
    async () => {
      const { from, productId, resourceId, changes } = await ofResource();
      return {
        input: {
          organizationId: from.organizationId,
          productId,
          kind: 'folder',
          name: 'Invoices',
          parentId: resourceId,
          ownerAccountId: from.ben,
        },
        as: from.as.admin,
        changes: {
          'the product is transferred': { ...changes['the product is transferred']!, code: 'PRODUCT_NOT_FOUND' },
          'the owner is removed': {
            make: async () =>
              transfers.changePeople(from, (people) => people.filter(({ accountId }) => accountId !== from.ben)),
            code: 'PERSON_UNKNOWN',
          },
        },
      };
    },
  ],
  [contract.previewTransfer, ofProduct()],
  [contract.offerTransfer, ofProduct({ to: { kind: 'link' } })],
  [
    offer.acceptTransfer,
    ofOffer('token', { cancelled: 'TRANSFER_NOT_OPEN', declined: 'TRANSFER_NOT_OPEN', accepted: 'TRANSFER_NOT_OPEN' }),
  ],
  [
    offer.describeTransfer,
    ofOffer('token', { cancelled: 'TRANSFER_NOT_OPEN', declined: 'TRANSFER_NOT_OPEN', accepted: 'TRANSFER_NOT_OPEN' }),
  ],
  [
    offer.declineTransfer,
    ofOffer('token', { cancelled: 'TRANSFER_NOT_OPEN', declined: 'ok', accepted: 'TRANSFER_NOT_OPEN' }),
  ],
  [
    contract.cancelTransfer,
    ofOffer('id', { cancelled: 'ok', declined: 'TRANSFER_NOT_OPEN', accepted: 'TRANSFER_NOT_OPEN' }),
  ],
  [
    contract.getTransferMail,
    ofOffer(
      'id',
      { cancelled: 'TRANSFER_NOT_FOUND', declined: 'TRANSFER_NOT_FOUND', accepted: 'TRANSFER_NOT_FOUND' },
      reminders,
    ),
  ],
  [contract.getTransferOutcome, ofOffer('id', { cancelled: 'ok', declined: 'ok', accepted: 'ok' }, reminders)],
  [types.changeProductType, ofType('key', () => ({ name: 'Note', ifMatch: [1] }), { retired: 'VERSION_MISMATCH' })],
  [types.getProductTypeAsStaff, ofType('key', () => ({}), { retired: 'ok' })],
  [types.retireProductType, ofType('key', () => ({ ifMatch: [1] }), { retired: 'VERSION_MISMATCH' })],
  [types.reinstateProductType, ofType('key', () => ({ ifMatch: [1] }), { retired: 'VERSION_MISMATCH' })],
  [
    types.createProductType,
    async () => {
      const input = { key: `${await createType()}_new`, name: 'Notes' };
      const make = (): Promise<unknown> => transfers.test.call(types.createProductType, input, staff);
      return { input, as: staff, changes: { 'the key is taken': { make, code: 'PRODUCT_TYPE_KEY_TAKEN' } } };
    },
  ],
  [prices.listPrices, ofType('type', () => ({}), { retired: 'ok', withdrawn: 'ok' })],
  [
    prices.setPrice,
    ofType('type', () => ({ ...yearly, amount: 1, validFrom: tomorrow() }), { retired: 'ok', withdrawn: 'ok' }),
  ],
  [
    prices.withdrawPrice,
    ofType('type', () => ({ ...yearly, validFrom: tomorrow() }), { retired: 'ok', withdrawn: 'PRICE_NOT_FOUND' }),
  ],
  [
    types.quotePrices,
    async () => {
      const { input, changes } = await ofType('type', () => ({}), {
        retired: 'PRODUCT_TYPE_RETIRED',
        withdrawn: 'PRICE_MISSING',
      })();
      const { type } = input as { type: string };
      return {
        input: { currency: 'CHF', on: tomorrow(), lines: [{ type, interval: 'yearly' }] },
        as: { service: 'billing' },
        changes,
      };
    },
  ],
];

testChangedObjects('products', () => transfers.test, testCases);
