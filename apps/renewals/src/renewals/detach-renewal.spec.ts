import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listProductBilling } from '@cordee/contracts/billing/product-billing';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { invoicePaid } from '@cordee/contracts/billing/document-events';
import type { Input } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { quotePrices } from '@cordee/contracts/products/product-type';
import { productCreated } from '@cordee/contracts/products/product';
import { productReceived } from '@cordee/contracts/products/transfer-events';
import {
  describeRenewal,
  detachRenewal,
  listRenewals,
  simulateRenewals,
  switchAutomaticRenewal,
  type RenewalTerms,
} from '@cordee/contracts/renewals/renewal';
import { DomainError } from '@cordee/contracts/domain-error';
import { TestService, uuid, type Caller } from '@cordee/testing/test-service';
import { renewalsService } from '../renewals.service.ts';

type OrganizationId = `org_${string}`;
type ProductId = `prd_${string}`;
let test: TestService;
const anna = 'acc_01je5nryg0fgz9y05x3mqpmjrg' as const;
const productsService: Caller = { service: 'products' };
const total = { amount: 11_675, currency: 'CHF' as const };
/** The charge requests that billing received, by product. */
const chargeRequests = new Map<string, Input<typeof chargePeriod>[]>();
/** Callbacks by product that run during a charge. When a callback throws an error, billing replies with this error. */
const duringCharge = new Map<string, () => Promise<unknown>>();

beforeAll(async () => {
  test = await TestService.start(renewalsService);
  await test.stub(listProductBilling, () => ({ defaultAddressId: null, data: [] }));
  await test.stub(quotePrices, ({ lines }) => ({
    lines: lines.map((line) => ({
      ...line,
      name: 'Web hosting',
      vatClass: 'standard' as const,
      canOrderWarranty: true,
      price: total,
    })),
  }));
  await test.stub(chargePeriod, async (input) => {
    chargeRequests.set(input.productId, [...(chargeRequests.get(input.productId) ?? []), input]);
    await duringCharge.get(input.productId)?.();
    return {
      status: input.method === 'on_credit' ? ('issued' as const) : ('paid' as const),
      invoiceId: newId('inv', new Date()),
      total,
      dueOn: input.periodStart,
      declineReason: null,
    };
  });
});
afterAll(() => test.stop());

const today = (): string => test.process.clock.now().toISOString().slice(0, 10);
const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
const plusYears = (date: string, years: number): string => `${Number(date.slice(0, 4)) + years}${date.slice(4)}`;
/** The start of a yearly period that ends in about 10 days, within the 14 days in which charges are attempted. */
const startOfEndingPeriod = (): string => plusDays(today(), -355);
/** The start of a yearly period that ended about 35 days ago. */
const startOfEndedPeriod = (): string => plusDays(today(), -400);
const newTransferId = () => newId('trf', new Date());

function createOrganization(): OrganizationId {
  const organizationId = newId('org', new Date());
  test.stubbedSnapshots.people.set(organizationId, [
    {
      accountId: anna,
      memberId: 'mem_01je5nryg0fgz9y05x3mqpmjrg',
      role: 'legal_representative',
      flags: [],
      isBlocked: false,
    },
  ]);
  return organizationId;
}

async function createProduct(
  options: { periodStart?: string; isAutomaticRenewal?: boolean; isWarranted?: boolean } = {},
  prepare: (id: ProductId) => void = () => undefined,
): Promise<{ organizationId: OrganizationId; productId: ProductId }> {
  const [organizationId, productId] = [createOrganization(), newId('prd', new Date())];
  prepare(productId);
  const { periodStart = today(), isAutomaticRenewal = false, isWarranted = false } = options;
  await test.publishEvent(productCreated, {
    organizationId,
    productId,
    orderId: newId('ord', new Date()),
    type: 'web_hosting',
    name: 'alpine.example',
    interval: 'yearly',
    periodStart,
    currency: 'CHF',
    isAutomaticRenewal,
    isWarranted,
  });
  return { organizationId, productId };
}

const detach = async (
  product: { organizationId: OrganizationId; productId: ProductId },
  transferId = newTransferId(),
) => (await test.call(detachRenewal, { ...product, transferId }, productsService)).terms;
/** Publishes the event that an organization has received a product from its former organization. */
const publishReceived = (
  organizationId: OrganizationId,
  { organizationId: fromOrganizationId, productId }: { organizationId: OrganizationId; productId: ProductId },
  renewal: RenewalTerms,
) =>
  test.publishEvent(productReceived, {
    organizationId,
    productId,
    transferId: newTransferId(),
    fromOrganizationId,
    ownershipNumber: 1,
    type: 'web_hosting',
    name: 'alpine.example',
    renewal,
    retained: [],
    retainedRight: null,
  });
const listRenewalsOf = async (organizationId: OrganizationId) =>
  (await test.call(listRenewals, { organizationId, within: 'all' }, { account: anna })).data;
const eventsOf = async (productId: string) =>
  (await test.outbox())
    .filter(({ data }) => data['productId'] === productId)
    .map(({ type, data }) => ({ type: type.replace('renewals.', ''), data }));
/** Waits for `count` events. The first `period.started` is from the order, the next from a transfer or renewal. */
const waitForEvent = (productId: string, type: string, count = 1) =>
  test.until(
    async () => (await eventsOf(productId)).filter((event) => event.type === type).length >= count,
    `${count} × ${type}`,
  );
const periodsOf = (productId: ProductId) =>
  test.rows(
    `select organization_id, period_start::text as start, origin
     from period where product_id = $1 order by period_start`,
    [uuid(productId)],
  );

describe('a detached renewal (PROD-5)', () => {
  it('is removed at once and publishes one event, even if the command is repeated', async () => {
    const product = await createProduct({ isAutomaticRenewal: true, isWarranted: true });
    const transferId = newTransferId();
    const terms = {
      interval: 'yearly',
      currency: 'CHF',
      anchor: today(),
      periodStart: today(),
      periodEnd: plusYears(today(), 1),
      hasExpired: false,
    };
    expect(await test.call(describeRenewal, product, productsService)).toEqual({
      terms,
      isAutomatic: true,
      isWarranted: true,
      openPeriods: 0,
    });
    expect(await Promise.all([detach(product, transferId), detach(product, transferId)])).toEqual([terms, terms]);
    expect(await detach(product, transferId)).toEqual(terms);
    expect(await listRenewalsOf(product.organizationId)).toEqual([]);
    expect(
      (await test.call(simulateRenewals, { organizationId: product.organizationId }, { account: anna })).data,
    ).toEqual([]);
    expect((await eventsOf(product.productId)).map(({ type }) => type)).toEqual(['period.started', 'renewal.detached']);
    for (const code of [
      await test.codeOf(describeRenewal, product, productsService),
      await test.codeOf(detachRenewal, { ...product, transferId: newTransferId() }, productsService),
    ])
      expect(code).toBe('RENEWAL_NOT_FOUND');
  });

  it('continues at the receiving organization without automatic renewal and warranty', async () => {
    const product = await createProduct({
      periodStart: startOfEndingPeriod(),
      isAutomaticRenewal: false,
      isWarranted: true,
    });
    const [receiverId, terms] = [createOrganization(), await detach(product)];
    await publishReceived(receiverId, product, terms);
    const [renewal] = await listRenewalsOf(receiverId);
    expect(renewal).toMatchObject({
      productId: product.productId,
      name: 'alpine.example',
      periodStart: terms.periodStart,
      dueOn: terms.periodEnd,
      isAutomatic: false,
      isWarranted: false,
      nextAttemptOn: null,
      openPeriods: 0,
    });
    expect((await eventsOf(product.productId)).at(-1)).toMatchObject({
      type: 'period.started',
      data: {
        organizationId: receiverId,
        how: 'transferred',
        isAutomatic: false,
        invoiceId: null,
        periodEnd: terms.periodEnd,
      },
    });
    await test.call(
      switchAutomaticRenewal,
      { organizationId: receiverId, productIds: [product.productId], isOn: true },
      { account: anna },
    );
    await waitForEvent(product.productId, 'period.started', 3);
    expect(chargeRequests.get(product.productId)).toMatchObject([
      { organizationId: receiverId, periodStart: terms.periodEnd },
    ]);
    // Each period is recorded once, at the organization that paid it.
    expect(await periodsOf(product.productId)).toEqual([
      { organization_id: uuid(product.organizationId), start: terms.periodStart, origin: 'ordered' },
      { organization_id: uuid(receiverId), start: terms.periodEnd, origin: 'automatic' },
    ]);
  });

  it('keeps the end of its period when the product is transferred back and forth', async () => {
    const product = await createProduct();
    const otherId = createOrganization();
    for (const [senderId, receiverId] of [
      [product.organizationId, otherId],
      [otherId, product.organizationId],
      [product.organizationId, otherId],
    ] as const)
      await publishReceived(
        receiverId,
        { ...product, organizationId: senderId },
        await detach({ ...product, organizationId: senderId }),
      );
    expect([
      await listRenewalsOf(product.organizationId),
      (await listRenewalsOf(otherId)).map((renewal) => renewal.dueOn),
    ]).toEqual([[], [plusYears(today(), 1)]]);
  });

  it('remains expired at the receiving organization', async () => {
    const product = await createProduct({ periodStart: startOfEndedPeriod() });
    // A moved clock wakes the sweep, which lets the product expire.
    test.moveClockTo(new Date(test.process.clock.now().getTime() + 1_000).toISOString());
    await test.until(
      async () =>
        (
          await test.rows(`select 1 from renewal where product_id = $1 and next_step_on is null`, [
            uuid(product.productId),
          ])
        ).length > 0,
      'expiry',
    );
    const [receiverId, terms] = [createOrganization(), await detach(product)];
    expect(terms.hasExpired).toBe(true);
    await publishReceived(receiverId, product, terms);
    expect(
      await test.rows(`select next_step_on from renewal where product_id = $1`, [uuid(product.productId)]),
    ).toEqual([{ next_step_on: null }]);
  });
});

describe('detaching a renewal (PROD-5)', () => {
  /** Creates a product with a due step. Moves the clock, which wakes the sweep. */
  const createDueProduct = async (...parameters: Parameters<typeof createProduct>) => {
    const created = await createProduct(...parameters);
    test.moveClockTo(new Date(test.process.clock.now().getTime() + 1_000).toISOString());
    return created;
  };

  it('is refused until the debt of the renewal warranty is paid (C-REN-23)', async () => {
    const product = await createDueProduct({ periodStart: plusYears(today(), -1), isWarranted: true });
    await waitForEvent(product.productId, 'warranty.triggered');
    expect(await test.call(describeRenewal, product, productsService)).toMatchObject({ openPeriods: 1 });
    expect(await test.codeOf(detachRenewal, { ...product, transferId: newTransferId() }, productsService)).toBe(
      'WARRANTY_DEBT_OPEN',
    );
    const { data } = (await eventsOf(product.productId)).find(({ type }) => type === 'warranty.triggered')!;
    await test.publishEvent(invoicePaid, {
      organizationId: product.organizationId,
      documentId: data['invoiceId'] as string,
      currency: 'CHF',
      paidOn: today(),
      method: 'bank_transfer',
      productIds: [product.productId],
    });
    expect((await detach(product)).periodStart).toBe(today());
  });

  it('is refused while billing charges the next period; the charge then records the period', async () => {
    let code: string | undefined;
    let product: { organizationId: OrganizationId; productId: ProductId } | undefined;
    const attemptDone = new Promise<void>((resolve) => {
      void createDueProduct({ periodStart: startOfEndingPeriod(), isAutomaticRenewal: true }, (productId) =>
        duringCharge.set(productId, async () => {
          const [row] = await test.rows(`select organization_id from renewal where product_id = $1`, [uuid(productId)]);
          const organizationId = chargeRequests.get(productId)![0]!.organizationId;
          expect(row!['organization_id']).toBe(uuid(organizationId));
          product = { organizationId, productId };
          code = await test.codeOf(detachRenewal, { ...product, transferId: newTransferId() }, productsService);
          resolve();
        }),
      );
    });
    await attemptDone;
    expect(code).toBe('RENEWAL_CHARGE_RUNNING');
    await waitForEvent(product!.productId, 'period.started', 2);
    expect((await detach(product!)).periodStart).toBe(chargeRequests.get(product!.productId)![0]!.periodStart);
  });

  it('is refused while the outcome of a charge is unknown, and allowed after a refused charge', async () => {
    const failingProduct = await createDueProduct(
      { periodStart: startOfEndingPeriod(), isAutomaticRenewal: true },
      (id) => duringCharge.set(id, () => Promise.reject(new DomainError('SERVICE_UNAVAILABLE'))),
    );
    await test.until(
      async () =>
        (
          await test.rows(`select 1 from renewal where product_id = $1 and failures > 0`, [
            uuid(failingProduct.productId),
          ])
        ).length > 0,
      'a failure',
    );
    expect(await test.codeOf(detachRenewal, { ...failingProduct, transferId: newTransferId() }, productsService)).toBe(
      'RENEWAL_CHARGE_RUNNING',
    );
    const refusedProduct = await createDueProduct({ periodStart: plusYears(today(), -1), isWarranted: true }, (id) =>
      duringCharge.set(id, () => Promise.reject(new DomainError('ADDRESS_MISSING'))),
    );
    await waitForEvent(refusedProduct.productId, 'automatic.failed');
    // Billing has replied with a refusal, so no charge is running.
    expect((await detach(refusedProduct)).periodEnd).toBe(today());
  });
});
