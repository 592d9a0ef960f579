import * as products from '@cordee/contracts/products/product';
import * as prices from '@cordee/contracts/products/price';
import * as productTypes from '@cordee/contracts/products/product-type';
import * as transferContracts from '@cordee/contracts/products/transfer';
import * as offerContracts from '@cordee/contracts/products/transfer-offer';
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
const yearlyInFrancs = { currency: 'CHF', interval: 'yearly' } as const;
/** In UTC, so that the day is later than today in every time zone. */
const dayAfterTomorrow = (): string => addDays(transfers.test.process.clock.now().toISOString().slice(0, 10), 2);

/** Creates a product, and a function that transfers the product to another organization. */
async function createOwnedProduct(): Promise<{
  from: TestOrganization;
  productId: ProductId;
  transfer: () => Promise<unknown>;
}> {
  const from = transfers.createOrganization();
  const productId = await transfers.buy(from);
  const transfer = async (): Promise<void> => {
    const token = await transfers.offerByLink(from, productId);
    await transfers.accept(transfers.createOrganization(), token);
  };
  return { from, productId, transfer };
}

/** Returns a function that makes a test case: a call that names a product of an organization. */
const productCaseMaker =
  (fields: object = {}, as?: Caller, code = 'PRODUCT_NOT_FOUND') =>
  async (): Promise<TestCase> => {
    const { from, productId, transfer } = await createOwnedProduct();
    return {
      input: { organizationId: from.organizationId, productId, ...fields },
      as: as ?? from.as.admin,
      changes: { 'the product is transferred': { make: transfer, code } },
    };
  };

/**
 * Returns a function that makes a test case: a call that names an offer. A recipient names the offer by its token; the
 * organization and the services name the offer by its id.
 */
const offerCaseMaker =
  (namedBy: 'token' | 'id', codes: { cancelled: string; declined: string; accepted: string }, as?: Caller) =>
  async (): Promise<TestCase> => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const email = `${to.admin}@example.ch`;
    transfers.emails.set(to.admin, email);
    const productId = await transfers.buy(from);
    const { id: transferId } = (await transfers.offer(from, productId, { kind: 'email', email })).transfer;
    const { organizationId } = from;
    const { token } = await transfers.test.call(
      transferContracts.getTransferMail,
      { organizationId, transferId },
      reminders,
    );
    const changes: Record<string, ObjectChange> = {
      'the offer is cancelled': {
        make: () =>
          transfers.test.call(transferContracts.cancelTransfer, { organizationId, transferId }, from.as.admin),
        code: codes.cancelled,
      },
      'the offer is declined': {
        make: () => transfers.test.call(offerContracts.declineTransfer, { token }, to.as.admin),
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
    return namedBy === 'token'
      ? { input: { organizationId: to.organizationId, token }, as: to.as.admin, changes }
      : { input: { organizationId, transferId }, as: as ?? from.as.admin, changes };
  };

/** Returns a function that makes a test case: a call of staff that names a product type. */
const typeCaseMaker =
  (typeField: 'key' | 'type', fields: () => object, codes: { retired: string; withdrawn?: string }) =>
  async (): Promise<TestCase> => {
    const type = await createType();
    return {
      input: { [typeField]: type, ...fields() },
      as: staff,
      changes: {
        'the type is retired': {
          make: () => transfers.test.call(productTypes.retireProductType, { key: type }, staff),
          code: codes.retired,
        },
        ...(codes.withdrawn
          ? {
              'the price is withdrawn': {
                make: () =>
                  transfers.test.call(
                    prices.withdrawPrice,
                    { type, ...yearlyInFrancs, validFrom: dayAfterTomorrow() },
                    staff,
                  ),
                code: codes.withdrawn,
              },
            }
          : {}),
      },
    };
  };

let typeCount = 0;
/** Creates a product type with a price from the day after tomorrow on. */
async function createType(): Promise<string> {
  // A key contains no digits.
  const key = `made_${'x'.repeat((typeCount += 1))}`;
  await transfers.test.call(productTypes.createProductType, { key, name: 'Notes' }, staff);
  await transfers.test.call(
    prices.setPrice,
    { type: key, ...yearlyInFrancs, amount: 100, validFrom: dayAfterTomorrow() },
    staff,
  );
  return key;
}

/** Makes a test case: a call that names a resource of a product. */
const makeResourceCase = async (): Promise<
  TestCase & { resourceId: string; from: TestOrganization; productId: ProductId }
> => {
  const { from, productId, transfer } = await createOwnedProduct();
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
  [products.blockProduct, productCaseMaker({ reason: 'stolen password' })],
  [products.unblockProduct, productCaseMaker()],
  [products.getProduct, productCaseMaker()],
  [products.describeProduct, productCaseMaker({}, { service: 'search' })],
  [products.listProductResources, productCaseMaker({}, { service: 'search' })],
  [products.describeResource, makeResourceCase],
  [
    products.addResource,
    async () => {
      const { from, productId, resourceId, changes } = await makeResourceCase();
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
  [transferContracts.previewTransfer, productCaseMaker()],
  [transferContracts.offerTransfer, productCaseMaker({ to: { kind: 'link' } })],
  [
    offerContracts.acceptTransfer,
    offerCaseMaker('token', {
      cancelled: 'TRANSFER_NOT_OPEN',
      declined: 'TRANSFER_NOT_OPEN',
      accepted: 'TRANSFER_NOT_OPEN',
    }),
  ],
  [
    offerContracts.describeTransfer,
    offerCaseMaker('token', {
      cancelled: 'TRANSFER_NOT_OPEN',
      declined: 'TRANSFER_NOT_OPEN',
      accepted: 'TRANSFER_NOT_OPEN',
    }),
  ],
  [
    offerContracts.declineTransfer,
    offerCaseMaker('token', { cancelled: 'TRANSFER_NOT_OPEN', declined: 'ok', accepted: 'TRANSFER_NOT_OPEN' }),
  ],
  [
    transferContracts.cancelTransfer,
    offerCaseMaker('id', { cancelled: 'ok', declined: 'TRANSFER_NOT_OPEN', accepted: 'TRANSFER_NOT_OPEN' }),
  ],
  [
    transferContracts.getTransferMail,
    offerCaseMaker(
      'id',
      { cancelled: 'TRANSFER_NOT_FOUND', declined: 'TRANSFER_NOT_FOUND', accepted: 'TRANSFER_NOT_FOUND' },
      reminders,
    ),
  ],
  [
    transferContracts.getTransferOutcome,
    offerCaseMaker('id', { cancelled: 'ok', declined: 'ok', accepted: 'ok' }, reminders),
  ],
  [
    productTypes.changeProductType,
    typeCaseMaker('key', () => ({ name: 'Note', ifMatch: [1] }), { retired: 'VERSION_MISMATCH' }),
  ],
  [productTypes.getProductTypeAsStaff, typeCaseMaker('key', () => ({}), { retired: 'ok' })],
  [productTypes.retireProductType, typeCaseMaker('key', () => ({ ifMatch: [1] }), { retired: 'VERSION_MISMATCH' })],
  [productTypes.reinstateProductType, typeCaseMaker('key', () => ({ ifMatch: [1] }), { retired: 'VERSION_MISMATCH' })],
  [
    productTypes.createProductType,
    async () => {
      const input = { key: `${await createType()}_new`, name: 'Notes' };
      const make = (): Promise<unknown> => transfers.test.call(productTypes.createProductType, input, staff);
      return { input, as: staff, changes: { 'the key is taken': { make, code: 'PRODUCT_TYPE_KEY_TAKEN' } } };
    },
  ],
  [prices.listPrices, typeCaseMaker('type', () => ({}), { retired: 'ok', withdrawn: 'ok' })],
  [
    prices.setPrice,
    typeCaseMaker('type', () => ({ ...yearlyInFrancs, amount: 1, validFrom: dayAfterTomorrow() }), {
      retired: 'ok',
      withdrawn: 'ok',
    }),
  ],
  [
    prices.withdrawPrice,
    typeCaseMaker('type', () => ({ ...yearlyInFrancs, validFrom: dayAfterTomorrow() }), {
      retired: 'ok',
      withdrawn: 'PRICE_NOT_FOUND',
    }),
  ],
  [
    productTypes.quotePrices,
    async () => {
      const { input, changes } = await typeCaseMaker('type', () => ({}), {
        retired: 'PRODUCT_TYPE_RETIRED',
        withdrawn: 'PRICE_MISSING',
      })();
      const { type } = input as { type: string };
      return {
        input: { currency: 'CHF', on: dayAfterTomorrow(), lines: [{ type, interval: 'yearly' }] },
        as: { service: 'billing' },
        changes,
      };
    },
  ],
];

testChangedObjects('products', () => transfers.test, testCases);
